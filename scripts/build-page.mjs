// Builds the admin page to dist/page with Vite, unless nothing it is made of changed since; needs no network.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const output = path.join(root, 'dist', 'page');
const stamp = path.join(root, 'dist', '.page-inputs');

/** Builds the page where it is out of date. Returns false where Vite is missing (a production install). */
export async function buildPage() {
  const inputs = digestOf(
    ['admin', 'src/tables'],
    ['package-lock.json', 'scripts/page-config.mjs', 'scripts/build-page.mjs'],
  );
  const before = existsSync(stamp) && existsSync(path.join(output, 'index.html')) ? readFileSync(stamp, 'utf8') : '';
  if (before === inputs) return true;
  if (!hasVite()) return false;
  const [{ build }, { pageConfig }] = await Promise.all([import('vite'), import('./page-config.mjs')]);
  // Beside the page that is there, so that nobody who reads it meets half of one.
  const fresh = `${output}-${process.pid}`;
  await build({ ...pageConfig, mode: 'production', build: { ...pageConfig.build, outDir: fresh } });
  for (const file of filesBelow(fresh)) compress(file);
  replace(fresh);
  writeFileSync(stamp, inputs);
  return true;
}

/** Puts a build in the place of the one before; another process may do the same at this moment. */
function replace(fresh) {
  for (let tries = 1; ; tries += 1) {
    try {
      rmSync(output, { recursive: true, force: true });
      renameSync(fresh, output);
      return;
    } catch (error) {
      if (tries === 20 || !['ENOTEMPTY', 'EEXIST', 'EPERM', 'EBUSY'].includes(error.code)) throw error;
    }
  }
}

function hasVite() {
  try {
    createRequire(import.meta.url).resolve('vite/package.json');
    return true;
  } catch {
    return false;
  }
}

/** Text is stored compressed beside itself, so that the service compresses nothing while it serves. */
function compress(file) {
  if (!/\.(js|css|svg|json)$/.test(file)) return;
  const text = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  writeFileSync(`${file}.br`, brotliCompressSync(text, { params: quality }));
}

function digestOf(folders, files) {
  const hash = createHash('sha256');
  const all = [
    ...folders.flatMap((folder) => filesBelow(path.join(root, folder))),
    ...files.map((file) => path.join(root, file)),
  ];
  for (const file of all) hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
