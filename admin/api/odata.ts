/** A text as a literal of `$filter`. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Conditions joined by `and`; empty ones are left out, undefined when none is left. */
export function allOf(...conditions: readonly (string | undefined)[]): string | undefined {
  const given = conditions.filter((one) => one !== undefined && one !== '');
  return given.length === 0 ? undefined : given.map((one) => `(${one})`).join(' and ');
}

/** A condition that one of the columns contains each of the words; undefined without words. */
export function containsWords(words: string, columns: readonly string[]): string | undefined {
  const each = words
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 8);
  return allOf(...each.map((word) => columns.map((column) => `contains(${column},${quote(word)})`).join(' or ')));
}

/** The query part of a path; options without a value are left out. */
export function queryString(options: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0
    ? ''
    : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}
