import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nextChangedCursor, readChangedCursor } from '../../../src/connectors/exchange/changed-cursor.ts';

const minuteMs = 60_000;
const noon = Date.UTC(2026, 0, 2, 12);
const at = (minutes: number): Date => new Date(noon + minutes * minuteMs);
/** The server's clock is half an hour behind ours. */
const there = (minutes: number): Date => at(minutes - 30);

describe('CT-03: how far the changes of a mailbox were looked through', () => {
  const look = (cursor: string | undefined, latest: Date | undefined, now: Date): string =>
    nextChangedCursor(cursor === undefined ? undefined : readChangedCursor(cursor), latest, now);
  const from = (cursor: string): number => (readChangedCursor(cursor).from.getTime() - there(0).getTime()) / minuteMs;

  test('the minutes before the latest change are told again, for five minutes after it was first seen', () => {
    const first = look(undefined, there(0), at(0));
    assert.equal(from(first), -5);
    const second = look(first, there(0), at(4.9));
    assert.equal(from(second), -5);
    const third = look(second, there(0), at(5));
    assert.equal(from(third), 1 / 60, 'what was seen is not told any more');
  });

  test('another change begins that time anew', () => {
    const first = look(undefined, there(0), at(0));
    const second = look(first, there(4), at(4));
    assert.equal(from(second), -1);
    assert.equal(from(look(second, there(4), at(8))), -1);
    assert.equal(from(look(second, there(4), at(9))), 4 + 1 / 60);
  });

  test('without a change it moves on now and then, an hour behind our clock, and never back', () => {
    const seen = look(look(undefined, there(0), at(0)), there(0), at(6));
    assert.equal(look(seen, undefined, at(40)), seen, 'what does not move need not be stored');
    const later = look(seen, undefined, at(120));
    assert.equal(from(later), 120 - 65 + 30);
    assert.equal(look(later, undefined, at(0)), later, 'a clock set back');
  });

  test('CT-05, CT-11: a first look that finds an old message with the category does not go back to its time', () => {
    assert.equal(from(look(undefined, there(-5000), at(0))), -35);
  });

  test('a cursor of before is read as it was', () => {
    const old = at(0).toISOString();
    assert.deepEqual(readChangedCursor(old), { from: at(0) });
    assert.equal(look(old, undefined, at(1)), old);
  });
});
