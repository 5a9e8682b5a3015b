import { cutText } from '../../formats/cut-text.ts';
import { htmlToPlain } from '../../formats/html-to-plain.ts';
import type { TableDefinition } from '../../tables/table-definition.ts';

/** A record as the Web API gives it. */
export type JsonRecord = Readonly<Record<string, unknown>>;

const place = /\{\{|\}\}|\{([A-Za-z_]\w*)(?::(label|text))?\}/g;

/**
 * Fills a mapping with what came: `{subject}` in a text becomes the column's value, `{name:label}` its label, `{name:text}` its HTML
 * as plain text, `{{` and `}}` stay braces. A text that is nothing but one place takes the value as it is, a number or null too.
 * Texts longer than their column are cut (IN-49). Pure.
 */
export function fillMapping(mapping: JsonRecord, source: JsonRecord, target: TableDefinition): JsonRecord {
  return Object.fromEntries(
    Object.entries(mapping).map(([name, value]) => [name, fitted(filled(value, source), target.columns[name])]),
  );
}

function filled(value: unknown, source: JsonRecord): unknown {
  if (typeof value !== 'string') return value;
  const alone = /^\{([A-Za-z_]\w*)(?::(label|text))?\}$/.exec(value);
  if (alone !== null) return placeValue(source, alone[1] ?? '', alone[2]);
  return value.replace(place, (found, name: string | undefined, form: string | undefined) => {
    if (name === undefined) return found[0] ?? '';
    const text = placeValue(source, name, form);
    return text === null ? '' : String(text);
  });
}

function placeValue(source: JsonRecord, name: string, form: string | undefined): unknown {
  const value = source[name] ?? null;
  if (form === 'label') return source[`${name}@OData.Community.Display.V1.FormattedValue`] ?? value;
  return form === 'text' && typeof value === 'string' ? htmlToPlain(value) : value;
}

function fitted(value: unknown, column: TableDefinition['columns'][string] | undefined): unknown {
  const isText = column?.type === 'String' || column?.type === 'Memo';
  return isText && typeof value === 'string' ? cutText(value, column.maxLength) : value;
}
