import { isUuid } from '../../base/uuid.ts';
import { catalog, type TableName } from '../../tables/catalog.ts';
import type { ColumnDefinition } from '../../tables/table-definition.ts';
import type { ConditionValue } from '../record-store.ts';
import { refusedValue } from '../refused-value.ts';
import { layoutOf } from '../table-layout.ts';
import { instantOf } from './local-days.ts';

/** A value as FetchXML writes it, read as the column's type; dates without a zone are in the asker's. Throws 80040203. */
export function fetchValue(table: TableName, column: string, text: string, timeZone: string): ConditionValue {
  const definition = layoutOf(table).columns.get(column)?.definition;
  const value = definition === undefined ? undefined : readValue(definition, text.trim(), text, timeZone);
  if (value !== undefined) return value;
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  throw refusedValue('80040203', table, column, `is compared with '${shown}', which does not fit its type.`);
}

/** A whole number between two bounds. Throws 80040203. */
export function wholeNumber(table: TableName, column: string, text: string, min: number, max: number): number {
  const value = Number(text.trim());
  if (/^\s*-?\d{1,9}\s*$/.test(text) && value >= min && value <= max) return value;
  throw refusedValue(
    '80040203',
    table,
    column,
    `needs a whole number from ${min} to ${max}, found '${text.slice(0, 40)}'.`,
  );
}

function readValue(
  definition: ColumnDefinition,
  text: string,
  untrimmed: string,
  timeZone: string,
): ConditionValue | undefined {
  switch (definition.type) {
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
    case 'MultiSelectPicklist':
      return wholeValue(text);
    case 'BigInt':
      return /^[+-]?\d{1,18}$/.test(text) ? BigInt(text) : undefined;
    case 'Decimal':
    case 'Double':
    case 'Money':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text))
        ? Number(text)
        : undefined;
    case 'Boolean':
    case 'ManagedProperty':
      return booleanValue(text.toLowerCase());
    case 'DateTime':
      return readInstant(text, (definition.behavior ?? 'UserLocal') === 'UserLocal' ? timeZone : 'UTC');
    case 'Uniqueidentifier':
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return guidValue(text);
    case 'EntityName':
      return tableByCode(text) ?? text;
    case 'String':
    case 'Memo':
      return untrimmed;
    default:
      return undefined;
  }
}

function wholeValue(text: string): number | undefined {
  const value = Number(text);
  return /^[+-]?\d{1,10}$/.test(text) && value >= -2147483648 && value <= 2147483647 ? value : undefined;
}

function booleanValue(text: string): boolean | undefined {
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' ? false : undefined;
}

function guidValue(text: string): string | undefined {
  const bare = text.replace(/^\{(.*)\}$/, '$1').toLowerCase();
  return isUuid(bare) ? bare : undefined;
}

function tableByCode(text: string): string | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  return Object.values(catalog).find((table) => table.objectTypeCode === Number(text))?.logicalName;
}

const instantShape = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** ISO date, or date and time; undefined when impossible. */
function readInstant(text: string, timeZone: string): Date | undefined {
  const shape = instantShape.exec(text);
  if (shape === null) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', offset] = shape;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > days || Number(year) < 1) return undefined;
  const zone = offset?.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const date = new Date(`${wall}${zone ?? 'Z'}`);
  if (Number.isNaN(date.getTime())) return undefined;
  return zone === undefined ? instantOf(date, timeZone) : date;
}
