import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';

/** Whether two values are equal, whatever the order of their parts; absent counts as null. */
export function isSameValue(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  return canonical(one ?? null) === canonical(other ?? null);
}

/** Whether two bags are equal, field by field. */
export function isSameBag(one: FieldBag, other: FieldBag): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSameValue(one[key], other[key]));
}

function canonical(value: FieldValue): string {
  return JSON.stringify(value, (key, part: unknown) => {
    // The zone of a time says how it is shown, not when it is.
    if (key === 'zone') return undefined;
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
