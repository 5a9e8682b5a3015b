import { isUuid } from '../base/uuid.ts';
import { catalog, type TableName } from '../tables/catalog.ts';
import type {
  ChoiceColumn,
  ColumnDefinition,
  EntityReference,
  NumberColumn,
  TextColumn,
} from '../tables/table-definition.ts';
import { refusedValue, unknownColumn } from './refused-value.ts';
import { layoutOf } from './table-layout.ts';

/** Throws an `item` error about the first value that its column cannot take: wrong type 80040203, too long 80044331, out of range 80044330, unknown choice 80048403, status of another state 80048408. Pure; access is checkAccess's. */
export function validateRecord(table: TableName, values: Readonly<Record<string, unknown>>): void {
  const { columns } = layoutOf(table);
  for (const name of Object.keys(values)) {
    const column = columns.get(name);
    if (column === undefined) throw unknownColumn(table, name);
    const value = values[name];
    if (value !== undefined && value !== null) validateValue(table, name, column.definition, value);
  }
  validateStatus(table, values.statecode, values.statuscode);
}

type Check = (table: string, name: string, column: never, value: unknown) => void;

const checks: Readonly<Record<ColumnDefinition['type'], Check>> = {
  String: checkText,
  Memo: checkText,
  EntityName: (table, name, _column, value) =>
    expect(typeof value === 'string', table, name, 'the logical name of a table', value),
  Integer: checkNumber,
  Decimal: checkNumber,
  Double: checkNumber,
  Money: checkNumber,
  BigInt: checkBigInt,
  Boolean: checkBoolean,
  ManagedProperty: checkBoolean,
  DateTime: (table, name, _column, value) =>
    expect(value instanceof Date && !Number.isNaN(value.getTime()), table, name, 'a valid date', value),
  Picklist: checkOption,
  State: checkOption,
  Status: checkOption,
  MultiSelectPicklist: (table, name, column: ChoiceColumn, value) => {
    expect(Array.isArray(value), table, name, 'a list of numbers', value);
    for (const option of value as readonly unknown[]) checkOption(table, name, column, option);
  },
  Lookup: checkReference,
  Customer: checkReference,
  Owner: checkReference,
  PartyList: checkParties,
  Uniqueidentifier: (table, name, _column, value) =>
    expect(typeof value === 'string' && isUuid(value), table, name, 'a GUID', value),
  Image: checkBytes,
  File: checkBytes,
};

function validateValue(table: string, name: string, column: ColumnDefinition, value: unknown): void {
  checks[column.type](table, name, column as never, value);
}

function expect(holds: boolean, table: string, name: string, wanted: string, value: unknown): void {
  if (!holds) throw refusedValue('80040203', table, name, `takes ${wanted}; it was given ${kindOf(value)}.`);
}

function checkText(table: string, name: string, column: TextColumn, value: unknown): void {
  expect(typeof value === 'string', table, name, 'a text', value);
  const { length } = value as string;
  if (length > column.maxLength) {
    const limit = `takes at most ${column.maxLength} characters; it was given ${length}. Shorten it.`;
    throw refusedValue('80044331', table, name, limit);
  }
}

function checkNumber(table: string, name: string, column: NumberColumn, value: unknown): void {
  const isInteger = column.type === 'Integer';
  const fits = typeof value === 'number' && Number.isFinite(value) && (!isInteger || Number.isInteger(value));
  expect(fits, table, name, isInteger ? 'a whole number' : 'a number', value);
  const number = value as number;
  const least = column.min ?? (isInteger ? -2147483648 : Number.NEGATIVE_INFINITY);
  const most = column.max ?? (isInteger ? 2147483647 : Number.POSITIVE_INFINITY);
  if (number < least || number > most) {
    const range = `takes numbers from ${least} to ${most}; it was given ${number}.`;
    throw refusedValue('80044330', table, name, range);
  }
}

function checkBigInt(table: string, name: string, _column: never, value: unknown): void {
  expect(typeof value === 'bigint', table, name, 'a bigint', value);
  if (BigInt.asIntN(64, value as bigint) !== value) {
    throw refusedValue('80044330', table, name, 'takes whole numbers of 64 bits.');
  }
}

function checkBoolean(table: string, name: string, _column: never, value: unknown): void {
  expect(typeof value === 'boolean', table, name, 'true or false', value);
}

function checkBytes(table: string, name: string, _column: never, value: unknown): void {
  expect(value instanceof Uint8Array, table, name, 'bytes', value);
}

function checkOption(table: string, name: string, column: ChoiceColumn, value: unknown): void {
  expect(typeof value === 'number', table, name, 'a number', value);
  if (column.options.some(([option]) => option === value)) return;
  const known = column.options
    .slice(0, 20)
    .map(([option]) => option)
    .join(', ');
  throw refusedValue('80048403', table, name, `has no choice ${String(value)}. Use one of ${known}.`);
}

/** A reference to a table outside the catalog cannot point at anything and is refused. */
function checkReference(
  table: string,
  name: string,
  column: { readonly targets: readonly string[] },
  value: unknown,
): void {
  const reference = value as Partial<EntityReference>;
  const hasForm = typeof value === 'object' && typeof reference.table === 'string' && typeof reference.id === 'string';
  expect(hasForm && isUuid(reference.id ?? ''), table, name, 'a reference of table and id', value);
  const target = reference.table ?? '';
  if (column.targets.includes(target) && Object.hasOwn(catalog, target)) return;
  const known = column.targets.filter((one) => Object.hasOwn(catalog, one)).join(', ') || 'none that Mailroom has';
  const refusal = `cannot refer to a row of ${target}. Allowed tables: ${known}.`;
  throw refusedValue('80040203', table, name, refusal);
}

function checkParties(
  table: string,
  name: string,
  column: { readonly targets: readonly string[] },
  value: unknown,
): void {
  expect(Array.isArray(value), table, name, 'a list of parties', value);
  for (const party of value as readonly { partyid?: unknown }[]) {
    if (party.partyid !== undefined && party.partyid !== null) checkReference(table, name, column, party.partyid);
  }
}

/** Throws item 80048408 when state and status do not belong together; nothing is checked unless both are there. */
export function validateStatus(table: TableName, statecode: unknown, statuscode: unknown): void {
  if (typeof statecode !== 'number' || typeof statuscode !== 'number') return;
  const column = layoutOf(table).columns.get('statuscode')?.definition;
  if (column?.type !== 'Status') return;
  const state = column.options.find(([value]) => value === statuscode)?.[2];
  if (state === undefined || state === statecode) return;
  const problem = `${statuscode} does not belong to state ${statecode} but to ${state}.`;
  throw refusedValue('80048408', table, 'statuscode', problem);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`;
}
