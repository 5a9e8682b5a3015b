import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/app/config.ts';

const messageOf = (environment: Record<string, string>): string => {
  try {
    loadConfig(environment);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
};

test('configuration: defaults hold where nothing is set', () => {
  const { config } = loadConfig({});
  assert.equal(config.port, 8080);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.databaseUrl, undefined);
});

test('configuration: the environment wins over the file, and each setting says where it came from', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'mailroom-config-')), 'mailroom.json');
  writeFileSync(file, JSON.stringify({ port: 9000, host: '0.0.0.0' }));
  const { config, settings } = loadConfig({ MAILROOM_CONFIG: file, MAILROOM_PORT: '9001' });
  assert.equal(config.port, 9001);
  assert.equal(config.host, '0.0.0.0');
  assert.equal(settings.find((setting) => setting.name === 'port')?.source, 'environment');
  assert.equal(settings.find((setting) => setting.name === 'host')?.source, 'file');
  assert.equal(settings.find((setting) => setting.name === 'logLevel')?.source, 'default');
});

test('configuration: every mistake is named at once, with its variable', () => {
  const message = messageOf({ MAILROOM_PORT: 'eighty', MAILROOM_SECRET_KEY: 'short', MAILROOM_PROT: '1' });
  assert.match(message, /3 mistakes/);
  assert.match(message, /MAILROOM_PORT \(port\)/);
  assert.match(message, /MAILROOM_SECRET_KEY.*openssl rand -hex 32/s);
  assert.match(message, /MAILROOM_PROT is not a setting/);
});

test('configuration: numbers are whole numbers, written in digits', () => {
  for (const value of ['0x1F', '1e3', '8080.5', 'eight', '70000', '-1'])
    assert.throws(() => loadConfig({ MAILROOM_PORT: value }), /MAILROOM_PORT \(port\) must be/, value);
  assert.equal(loadConfig({ MAILROOM_PORT: ' 81 ' }).config.port, 81);
  const blank = loadConfig({ MAILROOM_PORT: ' ' });
  assert.equal(blank.config.port, 8080);
  assert.equal(blank.settings.find(({ name }) => name === 'port')?.source, 'default');
});

test('configuration: a file with an unknown name or broken JSON is refused with its path', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-config-'));
  const file = path.join(folder, 'mailroom.json');
  writeFileSync(file, '{"prot": 1}');
  assert.match(messageOf({ MAILROOM_CONFIG: file }), /unknown names: prot/);
  writeFileSync(file, '{');
  assert.match(messageOf({ MAILROOM_CONFIG: file }), new RegExp(`${file}.*cannot be read`));
});

test('SE-05: secrets are masked where the configuration is shown', () => {
  const { settings } = loadConfig({
    MAILROOM_ADMIN_TOKEN: 'a-very-secret-token-1',
    MAILROOM_SECRET_KEY: 'ab'.repeat(32),
    MAILROOM_DATABASE_URL: 'postgresql://me:secret@db/mail',
  });
  assert.doesNotMatch(JSON.stringify(settings), /secret-token|abab|me:secret/);
});
