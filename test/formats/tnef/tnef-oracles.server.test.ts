import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { readTnef } from '../../../src/formats/tnef/read-tnef.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { buildTnef } from '../../support/tnef-builder.ts';

const skip = serverSkip('tnef', 'tnef') || serverSkip('ytnef', 'ytnef-tools');

const content = fc.uint8Array({ minLength: 1, maxLength: 4000 }).map((bytes) => Buffer.from(bytes));
const files = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,12}$/), content), {
  minLength: 1,
  maxLength: 6,
  selector: ([name]) => name,
});

describe('two other TNEF readers', { skip, timeout: 120_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailroom-tnef-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Names and bytes that a program wrote into a fresh folder. */
  function unpackedBy(stream: Buffer, run: (file: string, out: string) => void): Map<string, string> {
    const out = mkdtempSync(join(folder, 'out-'));
    const file = join(folder, 'winmail.dat');
    writeFileSync(file, stream);
    run(file, out);
    return new Map(readdirSync(out).map((name) => [name, readFileSync(join(out, name)).toString('hex')]));
  }

  it('AT-09: find the same files with the same bytes', () => {
    fc.assert(
      fc.property(files, (wanted) => {
        const stream = buildTnef(
          [{ id: 0x0037, type: 0x1f, value: 'Files' }],
          wanted.map(([name, data]) => ({
            title: `${name}.bin`,
            data,
            properties: [{ id: 0x3707, type: 0x1f, value: `${name}.bin` }],
          })),
        );
        const own = new Map(readTnef(stream)?.files.map((file) => [file.fileName, file.content.toString('hex')]));
        const tnef = unpackedBy(stream, (file, out) => execFileSync('tnef', ['-C', out, '-f', file]));
        const ytnef = unpackedBy(stream, (file, out) => execFileSync('ytnef', ['-f', out, file], { stdio: 'ignore' }));
        assert.equal(own.size, wanted.length);
        assert.deepEqual([...tnef].sort(), [...own].sort());
        for (const [name, bytes] of own) assert.equal(ytnef.get(name), bytes, name);
      }),
      { numRuns: 25 },
    );
  });
});
