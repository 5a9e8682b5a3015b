import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';
import { type ActField, Direction, type DirectionValue } from './act-type.ts';
import { isSameValue } from './same-value.ts';

/** What a field's merge starts from. */
export interface MergeSides {
  /** Values both sides agreed on last; a field that is missing was never agreed on. */
  readonly agreed: FieldBag;
  /** What was on its way to the item when a write broke off: finding it there means that it arrived. */
  readonly pending: FieldBag | undefined;
  /** In the form of `normalize`. */
  readonly record: FieldBag;
  readonly item: FieldBag;
  readonly recordModifiedOn: Date;
  readonly itemModifiedOn: Date;
}

/** AC-09: the same field was changed on both sides, and one value gave way. */
export interface FieldConflict {
  readonly field: string;
  readonly kept: 'record' | 'item';
  readonly value: FieldValue;
  readonly lost: FieldValue;
}

/** What both sides shall be, and what has to be written for that. */
export interface Merge {
  readonly agreed: FieldBag;
  readonly toRecord: FieldBag;
  readonly toItem: FieldBag;
  readonly conflicts: readonly FieldConflict[];
}

/** The three-way merge of one record and its item, field by field (AC-05, AC-09, FM-01, FM-04); `normalize` brings what the fields add up to into order. Pure. */
export function mergeFields(
  fields: readonly ActField[],
  sides: MergeSides,
  directionOf: (field: ActField) => DirectionValue,
  normalize: (bag: FieldBag) => FieldBag,
): Merge {
  const decided = fields.map((field) => ({ field: field.name, ...decide(field, directionOf(field), sides) }));
  const normal = (side: 'record' | 'item'): FieldBag => {
    const isOf = (given: FieldBag): boolean => decided.every((one) => one[side] === (given[one.field] ?? null));
    if (isOf(sides[side])) return sides[side];
    if (isOf(sides.record)) return sides.record;
    return normalize(Object.fromEntries(decided.map((one) => [one.field, one[side]])));
  };
  const [record, item] = [normal('record'), normal('item')];
  const agreed: Record<string, FieldValue> = {};
  const toRecord: Record<string, FieldValue> = {};
  const toItem: Record<string, FieldValue> = {};
  for (const { field, direction, base } of decided) {
    const takesRecord = (direction & Direction.toRecord) !== 0;
    const takesItem = (direction & Direction.toExchange) !== 0;
    const [forRecord, forItem] = [record[field] ?? null, item[field] ?? null];
    if (takesRecord && !isSameValue(forRecord, sides.record[field])) toRecord[field] = forRecord;
    if (takesItem && !isSameValue(forItem, sides.item[field])) {
      // A drift that is none of our business stays (FM-04); a decision of this merge is carried out.
      if (takesRecord || !isSameValue(forItem, base)) toItem[field] = forItem;
    }
    // A field that goes nowhere is not agreed on: where it is switched on later, neither side's value counts as a change.
    if (direction === Direction.none) continue;
    agreed[field] = takesItem ? (toItem[field] ?? forRecord) : forItem;
  }
  return { agreed, toRecord, toItem, conflicts: decided.flatMap(({ conflict }) => conflict ?? []) };
}

interface Decision {
  readonly direction: DirectionValue;
  readonly base: FieldValue | undefined;
  readonly record: FieldValue;
  readonly item: FieldValue;
  readonly conflict?: FieldConflict | undefined;
}

function decide({ name: field, join }: ActField, direction: DirectionValue, sides: MergeSides): Decision {
  const [record, item] = [sides.record[field] ?? null, sides.item[field] ?? null];
  const base = baseOf(field, sides, item);
  const both = (value: FieldValue, conflict?: FieldConflict): Decision => ({
    direction,
    base,
    record: value,
    item: value,
    conflict,
  });
  switch (direction) {
    case Direction.none:
      return { direction, base, record, item };
    case Direction.toExchange:
      return { direction, base, record, item: base === undefined && record === null ? item : record };
    case Direction.toRecord: {
      const isChanged = base === undefined ? item !== null : !isSameValue(base, item);
      return { direction, base, record: isChanged ? item : record, item };
    }
    case Direction.both:
      break;
  }
  // Each side keeps its own, which is in order already.
  if (isSameValue(record, item)) return { direction, base, record, item };
  if (base !== undefined && isSameValue(base, item)) return both(record);
  if (base !== undefined && isSameValue(base, record)) return both(item);
  const isItemLater = sides.itemModifiedOn.getTime() > sides.recordModifiedOn.getTime();
  const lost = isItemLater ? record : item;
  const conflictOf = (value: FieldValue): FieldConflict => ({
    field,
    kept: isItemLater ? 'item' : 'record',
    value,
    lost,
  });
  const joined = join?.(base, record, item, isItemLater);
  if (joined !== undefined) return both(joined.value, joined.isContested ? conflictOf(joined.value) : undefined);
  if (base === undefined && (record === null || item === null)) return both(record ?? item);
  const kept = isItemLater ? item : record;
  return both(kept, conflictOf(kept));
}

function baseOf(field: string, { agreed, pending }: MergeSides, item: FieldValue): FieldValue | undefined {
  const written = pending?.[field];
  return written !== undefined && isSameValue(written, item) ? written : agreed[field];
}
