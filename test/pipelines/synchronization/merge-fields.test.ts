import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FieldBag } from '../../../src/contracts/act-fields.ts';
import { type ActField, Direction, type DirectionValue } from '../../../src/pipelines/synchronization/act-type.ts';
import { type MergeSides, mergeFields } from '../../../src/pipelines/synchronization/merge-fields.ts';

const names = ['one', 'two', 'three'];
const fieldOf = (name: string): ActField => ({
  name,
  rule: 'FM-C1',
  columns: [name],
  exchangeName: name,
  direction: Direction.both,
  isSettable: true,
});
const fields = names.map(fieldOf);
const earlier = new Date('2026-03-01T08:00:00Z');
const later = new Date('2026-03-01T09:00:00Z');
const sides = (agreed: FieldBag, record: FieldBag, item: FieldBag, more: Partial<MergeSides> = {}): MergeSides => ({
  agreed,
  pending: undefined,
  record,
  item,
  recordModifiedOn: earlier,
  itemModifiedOn: later,
  ...more,
});
const merge = (given: MergeSides, direction: DirectionValue = Direction.both) =>
  mergeFields(
    [fieldOf('one')],
    given,
    () => direction,
    (bag) => bag,
  );

describe('merging a record and its item', () => {
  it('AC-09: what one side changed goes to the other', () => {
    assert.deepEqual(merge(sides({ one: 'a' }, { one: 'b' }, { one: 'a' })).toItem, { one: 'b' });
    assert.deepEqual(merge(sides({ one: 'a' }, { one: 'a' }, { one: 'b' })).toRecord, { one: 'b' });
  });

  it('AC-09: the later of two changes wins, at the same time the record does, and the loser is told', () => {
    const item = merge(sides({ one: 'a' }, { one: 'b' }, { one: 'c' }));
    assert.deepEqual([item.toRecord, item.toItem], [{ one: 'c' }, {}]);
    assert.deepEqual(item.conflicts, [{ field: 'one', kept: 'item', value: 'c', lost: 'b' }]);
    const record = merge(sides({ one: 'a' }, { one: 'b' }, { one: 'c' }, { itemModifiedOn: earlier }));
    assert.deepEqual([record.toRecord, record.toItem], [{}, { one: 'b' }]);
    assert.deepEqual(record.conflicts, [{ field: 'one', kept: 'record', value: 'b', lost: 'c' }]);
  });

  it('AC-09: sides that agree are left as they are, each with the zone it shows a time in, and are not brought into order again', () => {
    const at = (zone: string): FieldBag => ({ one: { start: '2026-03-01T08:00:00.000Z', zone } });
    const given = sides(at('UTC'), at('Europe/Paris'), at('UTC'));
    const merged = mergeFields(
      [fieldOf('one')],
      given,
      () => Direction.both,
      () => assert.fail('both are in order'),
    );
    assert.deepEqual(merged, { agreed: at('Europe/Paris'), toRecord: {}, toItem: {}, conflicts: [] });
  });

  it('AC-08: a value that was on its way and is there now is ours, so that taking it back here counts', () => {
    const taken = merge(sides({ one: 'a' }, { one: 'a' }, { one: 'b' }, { pending: { one: 'b' } }));
    assert.deepEqual([taken.toRecord, taken.toItem, taken.conflicts], [{}, { one: 'a' }, []]);
  });

  it('FM-01, FM-04: a direction lets changes go one way only', () => {
    const toExchange = merge(sides({ one: 'a' }, { one: 'b' }, { one: 'c' }), Direction.toExchange);
    assert.deepEqual([toExchange.toRecord, toExchange.toItem], [{}, { one: 'b' }]);
    const drift = merge(sides({ one: 'a' }, { one: 'a' }, { one: 'c' }), Direction.toExchange);
    assert.deepEqual([drift.toRecord, drift.toItem], [{}, {}]);
    const kept = merge(sides({ one: 'a' }, { one: 'b' }, { one: 'a' }), Direction.toRecord);
    assert.deepEqual([kept.toRecord, kept.toItem], [{}, {}]);
    const overwritten = merge(sides({ one: 'a' }, { one: 'b' }, { one: 'c' }), Direction.toRecord);
    assert.deepEqual([overwritten.toRecord, overwritten.toItem], [{ one: 'c' }, {}]);
    const none = merge(sides({ one: 'a' }, { one: 'b' }, { one: 'c' }), Direction.none);
    assert.deepEqual([none.toRecord, none.toItem, none.conflicts], [{}, {}, []]);
  });

  const value = fc.constantFrom(null, 'a', 'b', 'c');
  const bag = fc.record(Object.fromEntries(names.map((name) => [name, value])));
  it('AC-05, AC-09: carrying a merge out makes both sides equal, and a second merge has nothing to do', () => {
    fc.assert(
      fc.property(bag, bag, bag, fc.boolean(), (agreed, record, item, isItemLater) => {
        const given = sides(agreed, record, item, { itemModifiedOn: isItemLater ? later : earlier });
        const first = mergeFields(
          fields,
          given,
          () => Direction.both,
          (one) => one,
        );
        const after = { record: { ...record, ...first.toRecord }, item: { ...item, ...first.toItem } };
        assert.deepEqual(after.record, after.item);
        assert.deepEqual(after.record, first.agreed);
        for (const name of names) {
          const changed = [record[name], item[name]].filter((one) => one !== agreed[name]);
          const lost = changed.filter((one) => one !== after.record[name]);
          assert.equal(first.conflicts.filter(({ field }) => field === name).length, lost.length);
        }
        const second = mergeFields(
          fields,
          sides(first.agreed, after.record, after.item),
          () => Direction.both,
          (one) => one,
        );
        assert.deepEqual([second.toRecord, second.toItem, second.conflicts], [{}, {}, []]);
      }),
    );
  });
});
