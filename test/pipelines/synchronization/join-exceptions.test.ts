import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FieldValue } from '../../../src/contracts/act-fields.ts';
import { deletedOccurrence, plainOccurrence } from '../../../src/contracts/series-fields.ts';
import { joinExceptions } from '../../../src/pipelines/synchronization/join-exceptions.ts';

const off = (day: number) => deletedOccurrence(`2026-07-0${day}`);
const at = (day: number, location: string) => ({ ...plainOccurrence(`2026-07-0${day}`), location });
const list = (...days: readonly object[]): FieldValue => days as unknown as FieldValue;

describe('exceptions of a series that both sides changed', () => {
  it('AC-09: different days are brought together, in order', () => {
    const joined = joinExceptions(list(off(1)), list(off(1), off(5)), list(off(1), off(2), at(3, 'Room 3')), false);
    assert.deepEqual(joined, { value: list(off(1), off(2), at(3, 'Room 3'), off(5)), isContested: false });
  });

  it('AC-09: of one day that both changed the later side stands, and that is told', () => {
    const ours = list(off(2), off(4));
    const theirs = list(at(2, 'Room 2'), off(5));
    assert.deepEqual(joinExceptions(list(), ours, theirs, true), {
      value: list(at(2, 'Room 2'), off(4), off(5)),
      isContested: true,
    });
    assert.deepEqual(joinExceptions(list(), ours, theirs, false)?.value, list(off(2), off(4), off(5)));
  });

  it('AC-09: what one side took back is gone', () => {
    assert.deepEqual(
      joinExceptions(list(at(1, 'Room 1'), at(2, 'Room 2')), list(at(2, 'Room 2')), list(at(1, 'Room 1')), true),
      {
        value: list(),
        isContested: false,
      },
    );
  });

  it('AC-09: where one side changed nothing the other stands; nothing agreed on is nothing to join', () => {
    const days = fc.uniqueArray(
      fc.record({ day: fc.integer({ min: 1, max: 9 }), room: fc.constantFrom('', 'a', 'b') }),
      {
        selector: ({ day }) => day,
      },
    );
    const some = days.map((all) =>
      list(
        ...all
          .sort((one, other) => one.day - other.day)
          .map(({ day, room }) => (room === '' ? off(day) : at(day, room))),
      ),
    );
    fc.assert(
      fc.property(some, some, fc.boolean(), (base, changed, isItemLater) => {
        assert.deepEqual(joinExceptions(base, changed, base, isItemLater)?.value, changed);
        assert.deepEqual(joinExceptions(base, base, changed, isItemLater)?.value, changed);
        assert.equal(joinExceptions(base, changed, base, isItemLater)?.isContested, false);
        assert.equal(joinExceptions(undefined, changed, base, isItemLater), undefined);
      }),
    );
  });
});
