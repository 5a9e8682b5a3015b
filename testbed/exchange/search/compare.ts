/** Order of two property values: numbers, dates and truth values by size, text by its letters without case. */
export function compareValues(a: string, b: string): number {
  const [left, right] = [sizeOf(a), sizeOf(b)];
  if (left !== undefined && right !== undefined) return left - right;
  const [small, large] = [a.toLowerCase(), b.toLowerCase()];
  return small < large ? -1 : small > large ? 1 : 0;
}

function sizeOf(text: string): number | undefined {
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
