import type { ApiProperty } from './api-model.ts';
import { badPayload } from './http-error.ts';
import { isGuid, parseInstant } from './literal-value.ts';

/** A JSON value as the store takes it for a column. Throws 400 when the type is another; ranges and lengths are the store's to check. */
export function columnValue(property: ApiProperty, value: unknown): unknown {
  if (value === null) return null;
  const wrong = (wanted: string) =>
    badPayload(`The property '${property.name}' takes ${wanted} (${property.edmType}), found ${shown(value)}.`);
  switch (property.definition.type) {
    case 'String':
    case 'Memo':
    case 'EntityName':
      if (typeof value !== 'string') throw wrong('a text');
      if (value.includes('\u0000')) throw wrong('a text without NUL characters');
      return value;
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      if (!Number.isInteger(value) || Math.abs(value as number) > 2147483648) throw wrong('a whole number of 32 bits');
      return value;
    case 'BigInt':
      if (typeof value === 'string' && /^-?\d{1,18}$/.test(value)) return BigInt(value);
      if (!Number.isSafeInteger(value)) throw wrong('a whole number');
      return BigInt(value as number);
    case 'Decimal':
    case 'Double':
    case 'Money':
      if (typeof value !== 'number') throw wrong('a number');
      return value;
    case 'Boolean':
      if (typeof value !== 'boolean') throw wrong('true or false');
      return value;
    case 'DateTime': {
      const date = typeof value === 'string' ? parseInstant(value) : undefined;
      if (date === undefined) throw wrong('a date and time such as "2024-05-31T10:00:00Z"');
      return property.edmType === 'Edm.Date' ? new Date(Math.floor(date.getTime() / 86_400_000) * 86_400_000) : date;
    }
    case 'Uniqueidentifier':
      if (typeof value !== 'string' || !isGuid(value)) throw wrong('a guid');
      return value.toLowerCase();
    case 'MultiSelectPicklist':
      if (typeof value !== 'string' || !/^\s*-?\d+(\s*,\s*-?\d+)*\s*$/.test(value))
        throw wrong('numbers separated by commas');
      return value.split(',').map(Number);
    case 'Image':
    case 'File':
      if (typeof value !== 'string' || !isBase64(value)) throw wrong('bytes in base64');
      return Buffer.from(value, 'base64');
    default:
      throw wrong('no value a client may set');
  }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
