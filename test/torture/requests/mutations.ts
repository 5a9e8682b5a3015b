import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Answer, TestApi } from '../../support/web-api.ts';
import type { Plan } from './reads.ts';
import { readWorld } from './world.ts';
import { sameWorld } from './writes.ts';

type Mutation = (text: string) => string;

const words = [
  ...[
    "'",
    '"',
    '(',
    ')',
    '/',
    '?',
    '&',
    '=',
    ';',
    ',',
    '$',
    '@',
    '%',
    '%00',
    '%zz',
    '%F0%28',
    '\\',
    '<',
    '>',
    '{',
    '}',
    '[',
    ']',
    ':',
    '--',
    '/*',
  ],
  ...[
    'null',
    'true',
    'not ',
    ' or 1 eq 1',
    ' and ',
    '$filter=',
    '$expand=',
    '$top=-1',
    '$skiptoken=abc',
    '$ref',
    '$value',
    '$count',
    '..',
    '%2e%2e',
  ],
  ...[
    'Microsoft.Dynamics.CRM.',
    'any(',
    "'; drop table account; --",
    '\u{1F600}',
    '\u202e',
    '9'.repeat(40),
    '-0',
    'NaN',
    '1e999',
    '__proto__',
    'constructor',
  ],
];

/** Small damage to a text: something taken away, doubled, put in, put elsewhere, or cut off. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 8 })).map(
    ([at, length]): Mutation =>
      (text) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + text.slice(place + length);
      },
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...words)).map(
    ([at, word]): Mutation =>
      (text) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + word + text.slice(place);
      },
  ),
  fc.tuple(fc.nat(), fc.string({ unit: 'binary', maxLength: 3 })).map(
    ([at, junk]): Mutation =>
      (text) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + junk + text.slice(place + 1);
      },
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Mutation =>
      (text) => {
        const [a, b] = [from % (text.length + 1), to % (text.length + 1)].sort((left, right) => left - right);
        return text.slice(0, b) + text.slice(a, b) + text.slice(b);
      },
  ),
  fc.nat().map(
    (at): Mutation =>
      (text) =>
        text.slice(0, at % (text.length + 1)),
  ),
);

const headers = fc.dictionary(
  fc.constantFrom(
    'if-match',
    'if-none-match',
    'prefer',
    'content-type',
    'accept',
    'odata-version',
    'mscrm.suppressduplicatedetection',
    'x-http-method',
  ),
  fc.oneof(
    fc.constantFrom(
      '*',
      'W/"1"',
      '"',
      'odata.maxpagesize=0',
      'odata.track-changes',
      'text/plain',
      'application/xml',
      'multipart/mixed; boundary=b',
      'DELETE',
      '',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  ),
  { maxKeys: 2 },
);

/** A request damaged somewhere: it is answered below 500 in the envelope, and a refusal leaves everything as it was. */
export function damaged(plan: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  const changes = fc.record({
    path: fc.array(mutation, { maxLength: 2 }),
    body: fc.array(mutation, { maxLength: 2 }),
    method: fc.option(fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD'), { freq: 4 }),
    headers: fc.option(headers, { freq: 3 }),
  });
  return fc.tuple(plan, changes).map(
    ([make, change]): Plan =>
      (world) => {
        const trial = make(world);
        const text = typeof trial.body === 'string' ? trial.body : JSON.stringify(trial.body ?? {});
        const method = change.method ?? trial.method;
        const hasBody = method !== 'GET' && method !== 'HEAD' && (trial.body !== undefined || change.body.length > 0);
        const path = change.path.reduce((whole, mutate) => mutate(whole), trial.path);
        return {
          method,
          path: sendable(path),
          ...(hasBody ? { body: change.body.reduce((whole, mutate) => mutate(whole), text) } : {}),
          headers: { ...trial.headers, ...change.headers },
          check: async (answer: Answer, api: TestApi) => {
            assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
            const found = await readWorld(api);
            if (answer.status >= 400) {
              if (method !== 'HEAD') wellRefused(answer);
              sameWorld(found, world);
            }
            return found;
          },
        };
      },
  );
}

/** What an HTTP client cannot put into a request line is encoded, as clients do. */
function sendable(path: string): string {
  const encoded = path.replace(/[^\u0021-\u007e]/gu, (character) => {
    const isWhole = !/\p{Surrogate}/u.test(character);
    return isWhole ? encodeURIComponent(character) : '%EF%BF%BD';
  });
  return encoded.replace(/^\/+/, '').replaceAll('#', '%23');
}

/** A refusal has a code and words in the envelope, and tells nothing of the inside. */
export function wellRefused(answer: Answer): void {
  const type = answer.headers['content-type'] ?? '';
  if (type.startsWith('multipart/mixed')) return;
  const { error } = JSON.parse(answer.text) as { error: { code: string; message: string } };
  assert.match(error.code, /^(0x[0-9a-f]{8}|mr_\w+)$/);
  assert.ok(error.message.length > 0 && error.message.length < 2000, error.message);
  assert.doesNotMatch(answer.text, /\bat .*\.(ts|js):\d+|node_modules|select .* from|syntax error at or near/i);
}
