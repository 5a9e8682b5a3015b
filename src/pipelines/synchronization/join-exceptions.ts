import type { FieldValue } from '../../contracts/act-fields.ts';
import type { SeriesException } from '../../contracts/series-fields.ts';
import type { Joined } from './act-type.ts';
import { isSameValue } from './same-value.ts';

/**
 * Brings the exceptions of a series together that both sides changed, day by day: of a day that both changed otherwise the later side's
 * stands (AC-09). Undefined where nothing was agreed on. Pure.
 */
export function joinExceptions(
  base: FieldValue | undefined,
  record: FieldValue,
  item: FieldValue,
  isItemLater: boolean,
): Joined | undefined {
  if (base === undefined) return undefined;
  const [agreed, here, there] = [byDate(base), byDate(record), byDate(item)];
  const value: FieldValue[] = [];
  let isContested = false;
  for (const date of [...new Set([...agreed.keys(), ...here.keys(), ...there.keys()])].sort()) {
    const [before, ours, theirs] = [agreed.get(date) ?? null, here.get(date) ?? null, there.get(date) ?? null];
    const [isOursNew, isTheirsNew] = [!isSameValue(before, ours), !isSameValue(before, theirs)];
    const isDisputed = isOursNew && isTheirsNew && !isSameValue(ours, theirs);
    isContested ||= isDisputed;
    const day = (isDisputed ? isItemLater : isTheirsNew) ? theirs : ours;
    if (day !== null) value.push(day);
  }
  return { value, isContested };
}

function byDate(exceptions: FieldValue): ReadonlyMap<string, FieldValue> {
  const all = (exceptions ?? []) as unknown as readonly SeriesException[];
  return new Map(all.map((one) => [one.date, one as unknown as FieldValue]));
}
