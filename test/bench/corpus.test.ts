import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type CorpusMessage, corpusMessages, corpusSenders } from '../../bench/corpus.ts';
import { parseMail } from '../../src/formats/mime-parse.ts';

const s5k = [...corpusMessages('S5k')];
const share = (is: (message: CorpusMessage) => boolean): number => s5k.filter(is).length / s5k.length;
const close = (actual: number, wanted: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${what}: ${actual}, wanted ${wanted} within ${tolerance}`);

function hashOf(messages: Iterable<CorpusMessage>): string {
  const hash = createHash('sha256');
  for (const { raw } of messages) hash.update(raw);
  return hash.digest('hex');
}

test('corpus S5k: the same bytes on every run and machine', () => {
  assert.equal(hashOf(s5k), hashOf(corpusMessages('S5k')));
  assert.equal(hashOf(s5k), 'f1485be992c4f562fa4fd45f9979e76cfaedbd2865c7e3e00699d72d191534f0');
});

test('corpus S5k: 5,000 messages, 30 MB, 500 senders in 50 domains, two recipients in turn', () => {
  assert.equal(s5k.length, 5000);
  const bytes = s5k.reduce((sum, { raw }) => sum + raw.length, 0);
  close(bytes, 30_000_000, 1_000_000, 'bytes');
  const senders = corpusSenders();
  assert.equal(new Set(senders.map(({ address }) => address)).size, 500);
  assert.equal(new Set(senders.map(({ address }) => address.split('@')[1])).size, 50);
  assert.equal(new Set(s5k.map(({ plan }) => plan.messageId)).size, 5000);
  assert.deepEqual(
    s5k.slice(0, 4).map(({ plan }) => plan.to.split('@')[0]),
    ['support', 'sales', 'support', 'sales'],
  );
});

test('corpus S5k: kinds, character sets and encodings in their proportions', () => {
  for (const [kind, wanted] of [
    ['plain', 0.6],
    ['alternative', 0.3],
    ['mixed', 0.1],
  ] as const)
    close(
      share(({ plan }) => plan.kind === kind),
      wanted,
      0.005,
      kind,
    );
  for (const [charset, wanted] of [
    ['utf-8', 0.8],
    ['iso-8859-1', 0.1],
    ['windows-1252', 0.1],
  ] as const)
    close(
      share(({ plan }) => plan.charset === charset),
      wanted,
      0.005,
      charset,
    );
  close(
    share(({ plan }) => plan.encoding === 'base64'),
    1 / 3,
    0.005,
    'base64',
  );
  assert.equal(new Set(s5k.map(({ plan }) => plan.language)).size, 5);
});

test('corpus S5k: copies, conversations, tokens and automatic mail in their proportions', () => {
  close(
    share(({ plan }) => plan.cc.length > 0),
    0.3,
    0.01,
    'with Cc',
  );
  close(
    share(({ plan }) => plan.references.length > 0),
    0.4,
    0.01,
    'answers',
  );
  close(
    share(({ plan }) => plan.token !== ''),
    0.2,
    0.005,
    'tokens',
  );
  close(
    share(({ plan }) => plan.isAutomatic),
    0.02,
    0.005,
    'automatic',
  );
  const numberOf = new Map(s5k.map(({ plan }) => [plan.messageId, plan.number]));
  for (const { plan } of s5k) {
    const parent = plan.references.at(-1);
    if (parent === undefined) continue;
    const distance = plan.number - (numberOf.get(parent) ?? 0);
    assert.ok(distance >= 1 && distance <= 200, `message ${plan.number} answers one ${distance} before`);
  }
});

test('corpus S5k: what is written is what is planned, and lines stay within the limits of RFC 5322', async () => {
  for (const { plan, raw } of s5k.filter(({ plan }) => plan.number % 50 === 0)) {
    const text = raw.toString('latin1');
    assert.ok(
      text.split('\r\n').every((line) => line.length <= 998 && !line.includes('\n')),
      `lines of ${plan.number}`,
    );
    const mail = await parseMail(raw);
    assert.equal(mail.messageId, plan.messageId);
    assert.equal(mail.from[0]?.address, plan.sender.address);
    assert.equal(mail.attachments.length, plan.kind === 'mixed' ? 1 : 0);
    assert.deepEqual(mail.references, plan.references);
    assert.ok(mail.text.length >= plan.textLength * 0.9, `text of ${plan.number}`);
    assert.deepEqual(mail.faults, []);
  }
});

test('corpora B200 and H25: 200 messages of 1.04 MB, one of 25 MB', () => {
  let count = 0;
  for (const { raw } of corpusMessages('B200')) {
    count += 1;
    if (count > 3) break;
    close(raw.length, 1_040_000, 20_000, 'size of a message of B200');
  }
  const heavy = [...corpusMessages('H25')];
  assert.equal(heavy.length, 1);
  close(heavy[0]?.raw.length ?? 0, 25_000_000, 250_000, 'size of H25');
});
