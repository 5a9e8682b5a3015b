import { decodeCharset } from '../mime/charset.ts';
import { ByteReader } from './byte-reader.ts';

/** One property by its id; named ones (ids from 0x8000) are left out. */
export interface MapiProperty {
  readonly type: number;
  /** The first value as written, padding gone. */
  readonly value: Buffer;
}

/** Properties of one message or attachment by id. */
export type MapiProperties = ReadonlyMap<number, MapiProperty>;

/** Most properties of one list, and values of one property. */
const MOST = 10_000;

const FIXED: Readonly<Record<number, number>> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
};
const VARIABLE = new Set([0x0d, 0x1e, 0x1f, 0x102]);
const MULTIPLE = 0x1000;

const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** Passes over the name of a named property. */
function skipName(reader: ByteReader): void {
  reader.skip(16);
  const kind = reader.number(4);
  if (kind === 0) reader.skip(4);
  else reader.skip(padded(reader.number(4) ?? 0));
}

/** The first value of a property; undefined when its type is not known or the bytes end. */
function readValue(reader: ByteReader, type: number): Buffer | undefined {
  const isMultiple = (type & MULTIPLE) !== 0;
  const base = type & ~MULTIPLE;
  const isVariable = VARIABLE.has(base);
  const size = FIXED[base];
  if (!isVariable && size === undefined) return undefined;
  const count = isMultiple || isVariable ? (reader.number(4) ?? MOST) : 1;
  if (count > MOST) return undefined;
  let first: Buffer | undefined = count === 0 ? Buffer.alloc(0) : undefined;
  for (let index = 0; index < count; index += 1) {
    const length = isVariable ? reader.number(4) : size;
    const value = length === undefined ? undefined : reader.take(length);
    if (value === undefined || length === undefined) return undefined;
    reader.skip(padded(length) - length);
    first ??= value;
  }
  return first;
}

/** Reads a list of MAPI properties as TNEF writes it (MS-OXTNEF 2.1.3.4); stops at what it does not know, at most 10,000. */
export function readMapiProperties(bytes: Buffer): MapiProperties {
  const reader = new ByteReader(bytes);
  const found = new Map<number, MapiProperty>();
  const count = Math.min(reader.number(4) ?? 0, MOST);
  for (let index = 0; index < count; index += 1) {
    const type = reader.number(2);
    const id = reader.number(2);
    if (type === undefined || id === undefined) break;
    if (id >= 0x8000) skipName(reader);
    const value = readValue(reader, type);
    if (value === undefined) break;
    if (id < 0x8000 && !found.has(id)) found.set(id, { type, value });
  }
  return found;
}

/** A property as text, 8-bit ones in the given code page; empty when absent or no text. */
export function mapiText(properties: MapiProperties, id: number, codePage: number): string {
  const property = properties.get(id);
  if (property === undefined) return '';
  const label = property.type === 0x1f ? 'utf-16le' : `cp${codePage}`;
  if (property.type !== 0x1f && property.type !== 0x1e) return '';
  return decodeCodePage(property.value, label).replace(/\0[\s\S]*$/, '');
}

/** A property as a number; undefined when absent. */
export function mapiNumber(properties: MapiProperties, id: number): number | undefined {
  const property = properties.get(id);
  return property === undefined || property.value.length < 4 ? undefined : property.value.readUInt32LE(0);
}

/** A property as a date; undefined when absent or outside of what dates can be. */
export function mapiDate(properties: MapiProperties, id: number): Date | undefined {
  const value = properties.get(id)?.value;
  if (value === undefined || value.length < 8) return undefined;
  const date = new Date(Number(value.readBigUInt64LE(0) / 10_000n) - 11_644_473_600_000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Text of bytes in a Windows code page named `cp` and its number, or in another charset. */
export function decodeCodePage(bytes: Buffer, label: string): string {
  return decodeCharset(bytes, label === 'cp65001' ? 'utf-8' : label).text;
}
