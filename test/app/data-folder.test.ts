import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { secretKey } from '../../src/app/data-folder.ts';
import { MailroomError } from '../../src/base/errors.ts';
import { startMailroom } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-key-'));
after(() => rmSync(folder, { recursive: true }));

const refusal = (dataDir: string): MailroomError => {
  try {
    secretKey({ dataDir });
  } catch (error) {
    if (error instanceof MailroomError) return error;
    throw error;
  }
  return assert.fail('a key was found');
};

test('the key is made once and found again', () => {
  const dataDir = path.join(folder, 'new');
  const key = secretKey({ dataDir });
  assert.equal(key.length, 32);
  assert.deepEqual(secretKey({ dataDir }), key);
});

test('a key file that holds no key is named, with what to do', () => {
  for (const [index, text] of ['', 'xx', `${'ab'.repeat(32)}zz`, 'ab'.repeat(16)].entries()) {
    const dataDir = path.join(folder, `broken${index}`);
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'secret.key'), text);
    const { code, message } = refusal(dataDir);
    assert.equal(code, 'mr_SecretKeyInvalid');
    assert.ok(message.startsWith(`The file ${path.join(dataDir, 'secret.key')} must hold the key`), message);
  }
});

test('a key file that cannot be read is named, with what to do', () => {
  const dataDir = path.join(folder, 'unreadable');
  // A folder in its place cannot be read even by root, whom permissions do not stop.
  mkdirSync(path.join(dataDir, 'secret.key'), { recursive: true });
  const { code, kind, message } = refusal(dataDir);
  assert.deepEqual([code, kind], ['mr_DataFolder', 'configuration']);
  assert.ok(message.includes(`let that user own ${dataDir} `), message);
});

test('a command that finds no key ends as with a wrong configuration', async () => {
  const dataDir = path.join(folder, 'command');
  mkdirSync(dataDir);
  writeFileSync(path.join(dataDir, 'secret.key'), 'xx');
  const [code] = await once(startMailroom({ MAILROOM_DATA_DIR: dataDir }, 'status'), 'exit');
  assert.equal(code, 2);
});
