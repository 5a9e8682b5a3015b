import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { SchemaCheck, whyNoSchemaCheck } from './support/schema-check.ts';

const skip = serverSkip('exchangelib', 'python3-exchangelib');
const script = fileURLToPath(new URL('./programs/exchangelib-script.py', import.meta.url));
const withMd4 = fileURLToPath(new URL('./programs/with-md4.cnf', import.meta.url));

/** What the script does, in its order. */
const steps = [
  'folders',
  'drafts_and_updates',
  'queries',
  'sending',
  'synchronisation',
  'appointments',
  'series',
  'meetings',
  'contacts',
  'tasks',
  'directory_and_zones',
  'pulled_events',
  'streamed_events',
  'impersonation',
  'ntlm',
];

interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly error?: string;
}

/** Runs the script against the server and gives what it says of each step. */
async function runScript(url: string): Promise<{ results: StepResult[]; words: string }> {
  const child = spawn('/usr/bin/python3', [script, url, 'a@x.example', 'secret-a', 'b@x.example', 'secret-b'], {
    timeout: 150_000,
    env: { ...process.env, OPENSSL_CONF: withMd4 },
  });
  const results: StepResult[] = [];
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString('utf8');
  });
  createInterface({ input: child.stdout }).on('line', (line) => results.push(JSON.parse(line) as StepResult));
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { results, words };
}

describe('exchange simulator: exchangelib', { skip, timeout: 170_000 }, () => {
  let exchange: ExchangeSimulator;
  let results: readonly StepResult[] = [];
  let words = '';
  const check = new SchemaCheck();

  before(async () => {
    exchange = await startExchange({
      auth: ['ntlm', 'basic'],
      tap: (xml, direction) => void (direction === 'answer' && check.add(xml)),
      mailboxes: [
        { address: 'a@x.example', password: 'secret-a', displayName: 'Anna A' },
        { address: 'b@x.example', password: 'secret-b', displayName: 'Bert B' },
        { address: 'service@x.example', password: 'secret-s', mayImpersonate: true },
      ],
      groups: { 'team@x.example': { name: 'Team', members: ['a@x.example', 'b@x.example'] } },
    });
    ({ results, words } = await runScript(exchange.ewsUrl));
  });
  after(async () => {
    await exchange?.stop();
    check.remove();
  });

  for (const name of steps) {
    test(name, () => {
      const result = results.find((one) => one.name === name);
      assert.ok(result, `exchangelib did not come to ${name}: ${words}`);
      assert.equal(result.error, undefined);
    });
  }

  test('every answer was valid', { skip: whyNoSchemaCheck() ?? false }, async () => {
    assert.ok(check.size > 100);
    assert.equal(await check.problems(), '');
  });

  test('has no further step', () =>
    assert.deepEqual(
      results.map(({ name }) => name),
      steps,
    ));
});
