import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { BufferPool } from '../../../src/base/buffer-pool.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { pop3Opener } from '../../../src/connectors/pop3/open-pop3.ts';
import { BodyCollector } from '../../../src/connectors/pop3/pop3-body.ts';
import { handlesOf, house, quiet } from './pop3-fixtures.ts';

const piece = (letter: string, bytes: number) => Buffer.alloc(bytes, letter);

describe('bodies of POP3 answers', () => {
  it('bodies come out whole whatever size was announced, and only what is done with is used again', () => {
    const pool = new BufferPool(16 * 1024 * 1024);
    const collected = (letter: string, hintBytes: number | undefined) => {
      const body = new BodyCollector({ maxBytes: 5_000_000, excess: 'drop', hintBytes, pool });
      for (let count = 0; count < 20; count += 1) body.add(piece(letter, 50_000));
      return body.finish(true);
    };
    const held = [collected('a', 1_000_000), collected('b', 10), collected('c', undefined)];
    held[1]?.release?.();
    held.splice(1, 1);
    held.push(collected('d', 1_000_000), collected('e', 400_000));
    const letters = held.map(({ bytes }) => [bytes.length, String.fromCharCode(...new Set(bytes))]);
    assert.deepEqual(
      letters,
      ['a', 'c', 'd', 'e'].map((letter) => [1_000_000, letter]),
    );
    const small = new BodyCollector({ maxBytes: 100, excess: 'drop', pool });
    small.add(piece('s', 50));
    assert.equal(small.finish(true).release, undefined);
  });
});

test('PAIN-14: conversations of one opener use one pool, and none reads what another still holds', async (t) => {
  const opener = pop3Opener(systemClock);
  const drops = ['a', 'b', 'c'].map((letter) => [
    { uid: letter, body: Buffer.from(`X: ${letter.repeat(500_000)}\r\n\r\n`) },
  ]);
  const read = async (
    number: number,
  ): Promise<{ readonly raw: Buffer; readonly release?: (() => void) | undefined }> => {
    const { open } = await house(t, { messages: () => drops[number] ?? [] }, {}, opener);
    const { connector, retriever } = await open();
    for await (const fetched of retriever.fetch(await handlesOf(retriever), quiet)) {
      await connector.close();
      assert.ok('raw' in fetched);
      return fetched;
    }
    throw new Error('nothing came');
  };
  const [first, second] = [await read(0), await read(1)];
  assert.notEqual(first.raw.buffer, second.raw.buffer);
  first.release?.();
  const third = await read(2);
  assert.equal(third.raw.buffer, first.raw.buffer);
  assert.deepEqual([second.raw, third.raw], [drops[1]?.[0]?.body, drops[2]?.[0]?.body]);
});
