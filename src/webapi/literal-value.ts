import type { ConditionValue } from '../store/record-store.ts';
import type { ApiProperty } from './api-model.ts';
import { isLookup } from './edm-type.ts';
import { badValue } from './http-error.ts';
import type { Literal } from './odata-ast.ts';

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the text form of a guid. */
export function isGuid(text: string): boolean {
  return guidPattern.test(text);
}

/** A literal as a value of the column behind a property. Throws 400 when the types do not go together. */
export function literalValue(literal: Literal, property: ApiProperty): ConditionValue {
  if (literal.type === 'null') return null;
  const { definition } = property;
  const wrong = (wanted: string) =>
    badValue(
      `The value ${shown(literal)} does not fit '${property.name}', which holds ${wanted} (${property.edmType}).`,
    );
  if (isLookup(definition)) return guidValue(literal, () => wrong('a record id'));
  switch (definition.type) {
    case 'Uniqueidentifier':
      return guidValue(literal, () => wrong('a guid'));
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return integerValue(literal, () => wrong('a whole number of 32 bits'));
    case 'BigInt':
      if (literal.type !== 'number' || !/^[+-]?\d{1,18}$/.test(literal.value)) throw wrong('a whole number of 64 bits');
      return BigInt(literal.value);
    case 'Decimal':
    case 'Double':
    case 'Money':
      if (literal.type !== 'number' || !Number.isFinite(Number(literal.value))) throw wrong('a number');
      return Number(literal.value);
    case 'Boolean':
      if (literal.type !== 'boolean') throw wrong('true or false');
      return literal.value;
    case 'DateTime':
      return instantValue(literal, () => wrong('a date and time such as 2024-05-31T10:00:00Z'));
    case 'String':
    case 'Memo':
    case 'EntityName':
      if (literal.type !== 'string') throw wrong("a text in single quotes ('...')");
      return literal.value;
    default:
      throw badValue(`The column '${property.name}' cannot be compared.`);
  }
}

/** The instant a date literal names, UTC; undefined for another literal or an impossible date. */
export function literalInstant(literal: Literal): Date | undefined {
  if (literal.type === 'string' || literal.type === 'date' || literal.type === 'dateTime')
    return parseInstant(literal.value);
  return undefined;
}

/** Reads an ISO date or date with time (no zone means UTC); undefined when impossible. */
export function parseInstant(text: string): Date | undefined {
  const shape = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(
    text.trim(),
  );
  if (shape === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = shape;
  const normal = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`;
  const date = new Date(normal);
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number.isNaN(date.getTime()) || Number(day) > days || Number(year) < 1) return undefined;
  return date;
}

function guidValue(literal: Literal, wrong: () => Error): string {
  if ((literal.type === 'guid' || literal.type === 'string') && isGuid(literal.value))
    return literal.value.toLowerCase();
  throw wrong();
}

function integerValue(literal: Literal, wrong: () => Error): number {
  const text = literal.type === 'number' || literal.type === 'string' ? literal.value : '';
  const value = Number(text);
  if (!/^[+-]?\d{1,10}$/.test(text) || value < -2147483648 || value > 2147483647) throw wrong();
  return value;
}

function instantValue(literal: Literal, wrong: () => Error): Date {
  const date = literalInstant(literal);
  if (date === undefined) throw wrong();
  return date;
}

function shown(literal: Literal): string {
  if (literal.type === 'null') return 'null';
  const text = String(literal.value).slice(0, 60);
  return literal.type === 'string' ? `'${text}'` : text;
}
