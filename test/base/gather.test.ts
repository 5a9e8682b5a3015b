import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gather } from '../../src/base/gather.ts';

describe('gather', () => {
  it('what is asked in one turn of the event loop is asked once, each key once; what comes later is asked anew', async () => {
    const asked: (readonly string[])[] = [];
    const lengthOf = gather(async (keys) => {
      asked.push(keys);
      return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.length]));
    });
    assert.deepEqual(await Promise.all(['a', 'bbb', 'a', 'none'].map(lengthOf)), [1, 3, 1, undefined]);
    assert.equal(await lengthOf('a'), 1);
    assert.deepEqual(asked, [['a', 'bbb', 'none'], ['a']]);
  });

  it('an error is told to all who asked, and not to those who ask later', async () => {
    let isDown = true;
    const answer = gather(async (keys) => {
      if (isDown) throw new Error('down');
      return new Map(keys.map((key) => [key, true]));
    });
    const both = await Promise.allSettled([answer('a'), answer('b')]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    isDown = false;
    assert.equal(await answer('a'), true);
  });
});
