// Compiles test files to plain JavaScript before they run: a process that loads a thousand modules of TypeScript one by one
// spends seconds on it, which hundreds of test files would each spend again.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const output = path.join(root, 'dist-test');

/**
 * Bundles `files` (paths from the repository's root) with the sources they share into a folder of this process. Returns the
 * compiled files in the same order and a function that removes the folder.
 */
export async function bundleTests(files) {
  removeAbandoned();
  const folder = path.join(output, String(process.pid));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  remove();
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(files.map((file) => [withoutEnding(file), file])),
    platform: 'node',
    external: /^[^./]/,
    plugins: [ownUrls],
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name]-[hash].js',
  });
  await bundle.close();
  return { compiled: files.map((file) => path.join(folder, `${withoutEnding(file)}.js`)), remove };
}

/** A module that looks for files beside it finds those beside its source. */
const ownUrls = {
  name: 'own-urls',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, id) => ({
      code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
      map: null,
    }),
  },
};

function withoutEnding(file) {
  return file.replace(/\.ts$/, '').replaceAll(path.sep, '/');
}

/** What a run left behind that was killed. */
function removeAbandoned() {
  mkdirSync(output, { recursive: true });
  for (const name of readdirSync(output)) {
    if (!isRunning(Number(name))) rmSync(path.join(output, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
