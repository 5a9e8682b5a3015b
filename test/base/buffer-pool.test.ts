import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool } from '../../src/base/buffer-pool.ts';

describe('memory of large bodies', () => {
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
});
