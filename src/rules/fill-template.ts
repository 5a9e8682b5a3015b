/** What a placeholder may draw on: for each table name, the shown values of one record's columns. */
export type TemplateSource = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `{!contact:fullname;Customer}`: a table, one of its columns, and what to write when it is empty. */
const placeholder = /\{!\s*([a-z_]+)\s*:\s*([a-z_0-9]+)\s*(?:;([^{}]*))?\}/gi;

/** Writes the values of records where a template's text names them; what is empty or unknown gives the placeholder's default. Pure; `fit` makes a value fit the text (HTML or plain). */
export function fillTemplate(text: string, source: TemplateSource, fit: (value: string) => string): string {
  return text.replace(placeholder, (_whole, table: string, column: string, otherwise: string | undefined) => {
    const values = source[table.toLowerCase()];
    const name = column.toLowerCase();
    const value = values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined || value === '' ? (otherwise ?? '').trim() : fit(value);
  });
}

/** A value as HTML text. */
export function escapeHtml(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
