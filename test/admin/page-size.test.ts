import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../../scripts/build-page.mjs';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'page');

/** Compressed bytes before anything is shown. */
const mostFirstViewBytes = 300_000;

interface ManifestEntry {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

describe('the built page', () => {
  let manifest: Readonly<Record<string, ManifestEntry>>;

  before(async () => {
    assert.equal(await buildPage(), true);
    manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
  });

  /** The files a browser loads for some entries, with all they import. */
  function filesOf(names: readonly string[], seen = new Set<string>()): ReadonlySet<string> {
    for (const name of names) {
      const entry = manifest[name];
      assert.ok(entry, `${name} is not in the manifest`);
      if (seen.has(entry.file)) continue;
      seen.add(entry.file);
      for (const css of entry.css ?? []) seen.add(css);
      filesOf(entry.imports ?? [], seen);
    }
    return seen;
  }

  test('the first view of every page is below 300 kB compressed', () => {
    const views = Object.keys(manifest).filter((name) => name.startsWith('views/'));
    assert.ok(views.length > 0);
    for (const view of views) {
      const files = [...filesOf(['index.html', view])];
      const bytes = files.reduce((sum, file) => sum + statSync(path.join(folder, `${file}.gz`)).size, 0);
      assert.ok(bytes < mostFirstViewBytes, `${view} needs ${bytes} bytes at first: ${files.join(', ')}`);
    }
  });

  test('the document holds no inline script or style, and all its files are its own', () => {
    const document = readFileSync(path.join(folder, 'index.html'), 'utf8');
    assert.doesNotMatch(document, /<script(?![^>]*\bsrc=)/);
    assert.doesNotMatch(document, /<style|\son\w+=|style=/);
    assert.doesNotMatch(document, /(?:src|href)="(?!\/)/);
    assert.match(document, /nonce="__CSP_NONCE__"/);
  });
});
