// Compiles src and the demo's sandbox servers to dist, and builds the admin page. Incremental: an up-to-date tree costs well under a second.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build-page.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
let tsc;
try {
  tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
} catch {
  // A production install has no compiler; it carries dist already.
  if (existsSync(path.join(root, 'dist', 'src', 'app', 'main.js'))) process.exit(0);
  console.error(
    'mailroom: dist is missing and TypeScript is not installed. Run "npm ci" without --omit=dev, or install the published package.',
  );
  process.exit(1);
}
const run = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
if (!(await buildPage()))
  console.error(
    'mailroom: the admin page is not built, because Vite is not installed. Run "npm ci" without --omit=dev.',
  );
