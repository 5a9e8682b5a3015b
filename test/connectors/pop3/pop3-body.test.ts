import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool } from '../../../src/base/buffer-pool.ts';
import { BodyCollector } from '../../../src/connectors/pop3/pop3-body.ts';

const piece = (letter: string, bytes: number) => Buffer.alloc(bytes, letter);

describe('memory of large messages', () => {
  it('PAIN-14: is used again for one of about its size, and for no other', () => {
    const pool = new BufferPool(16 * 1024 * 1024);
    const first = pool.take(1_000_000);
    assert.ok(first.length >= 1_000_000);
    pool.give(first);
    assert.notEqual(pool.take(first.length + 1), first);
    assert.notEqual(pool.take(300_000), first);
    assert.equal(pool.take(900_000), first);
    assert.notEqual(pool.take(900_000), first);
  });

  it('PAIN-14: is kept for later up to a limit', () => {
    const pool = new BufferPool(16 * 1024 * 1024);
    const taken = Array.from({ length: 5 }, () => pool.take(7_000_000));
    for (const buffer of taken) pool.give(buffer);
    const again = Array.from({ length: 5 }, () => pool.take(7_000_000));
    assert.equal(again.filter((buffer) => taken.includes(buffer)).length, 2);
  });

  it('PAIN-14: given back twice, it is lent to one only; what is of no pool is not taken', () => {
    const pool = new BufferPool(16 * 1024 * 1024);
    const first = pool.take(1_000_000);
    pool.give(first);
    pool.give(first);
    pool.give(Buffer.alloc(1_000_000));
    assert.equal(pool.take(1_000_000), first);
    assert.notEqual(pool.take(1_000_000), first);
  });

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
