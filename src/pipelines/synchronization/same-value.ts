import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';

/** Whether two values are equal, whatever the order of their parts; absent counts as null. The zone of a time does not count: it says how it is shown, not when it is. */
export function isSameValue(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  return isSame(one ?? null, other ?? null);
}

/** Whether two bags are equal, field by field. */
export function isSameBag(one: FieldBag, other: FieldBag): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSameValue(one[key], other[key]));
}

function isSame(one: FieldValue, other: FieldValue): boolean {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return false;
  if (isList(one) || isList(other))
    return (
      isList(one) &&
      isList(other) &&
      one.length === other.length &&
      one.every((part, at) => isSame(part, other[at] ?? null))
    );
  const names = partsOf(one);
  return (
    names.length === partsOf(other).length &&
    names.every((name) => other[name] !== undefined && isSame(one[name] ?? null, other[name] ?? null))
  );
}

const isList = (value: FieldValue): value is readonly FieldValue[] => Array.isArray(value);

const partsOf = (value: { readonly [part: string]: FieldValue }): readonly string[] =>
  Object.keys(value).filter((name) => name !== 'zone' && value[name] !== undefined);
