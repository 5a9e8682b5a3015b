import { storableText } from './row-codec.ts';

/** Most bytes of a UTF-16 unit in UTF-8; what long texts take is counted. */
const mostBytesOfUnit = 3;
const longText = 32_768;

/** Bytes of an array's head: dimensions, whether it has nulls, the type of its elements, their number, the first index. */
const headBytes = 20;
/** The length that stands for null. */
const nullLength = -1;

/** PostgreSQL counts days and microseconds from 2000-01-01. */
const epochMs = 946_684_800_000;
const dayMs = 86_400_000;
const microsOfMs = 1000;
const wordSize = 4_294_967_296;

/** How the values of a type are written: the id of the type in PostgreSQL's catalog, and the bytes of one value at a place that has room for them; returns how many they are. */
interface ElementWriter {
  readonly typeId: number;
  /** Bytes of a value at most. */
  room(value: unknown): number;
  write(bytes: Buffer, value: unknown, at: number): number;
}

const text: ElementWriter = {
  typeId: 25,
  room: (value) => {
    const { length } = value as string;
    return length < longText ? length * mostBytesOfUnit : Buffer.byteLength(value as string);
  },
  write: (bytes, value, at) => bytes.write(value as string, at),
};

const moment = (typeId: number): ElementWriter => ({
  typeId,
  room: () => 8,
  write: (bytes, value, at) => {
    const micros = ((value as Date).getTime() - epochMs) * microsOfMs;
    const high = Math.floor(micros / wordSize);
    bytes.writeUInt32BE(micros - high * wordSize, bytes.writeInt32BE(high, at));
    return 8;
  },
});

/** Types with a binary form that is written here; values of the others are sent as text and read by the database. */
const writers: Readonly<Record<string, ElementWriter>> = {
  text,
  uuid: {
    typeId: 2950,
    room: () => 16,
    write: (bytes, value, at) => bytes.write((value as string).replaceAll('-', ''), at, 'hex'),
  },
  integer: { typeId: 23, room: () => 4, write: (bytes, value, at) => bytes.writeInt32BE(value as number, at) - at },
  bigint: {
    typeId: 20,
    room: () => 8,
    write: (bytes, value, at) => bytes.writeBigInt64BE(BigInt(value as bigint), at) - at,
  },
  boolean: {
    typeId: 16,
    room: () => 1,
    write: (bytes, value, at) => bytes.writeUInt8(value === true ? 1 : 0, at) - at,
  },
  'double precision': {
    typeId: 701,
    room: () => 8,
    write: (bytes, value, at) => bytes.writeDoubleBE(value as number, at) - at,
  },
  timestamptz: moment(1184),
  timestamp: moment(1114),
  date: {
    typeId: 1082,
    room: () => 4,
    write: (bytes, value, at) => bytes.writeInt32BE(Math.floor(((value as Date).getTime() - epochMs) / dayMs), at) - at,
  },
  bytea: {
    typeId: 17,
    room: (value) => (value as Uint8Array).length,
    write: (bytes, value, at) => {
      bytes.set(value as Uint8Array, at);
      return (value as Uint8Array).length;
    },
  },
};

/**
 * The values of one column of many rows as a PostgreSQL array in binary form (`array_recv`), written as they come: the database has neither
 * names nor numbers to parse, which in JSON took it a third of an INSERT of emails.
 */
export class ArrayColumn {
  /** The type of the column. */
  readonly sqlType: string;
  /** The type as which the values are sent. */
  readonly sentType: string;
  readonly #writer: ElementWriter;
  #bytes: Buffer;
  #at = headBytes;
  #rows = 0;
  #hasNulls = false;

  /** `scratch` is where the values are written as long as they fit. */
  constructor(sqlType: string, scratch: Buffer) {
    const writer = writers[sqlType];
    this.sqlType = sqlType;
    this.sentType = writer === undefined ? 'text' : sqlType;
    this.#writer = writer ?? text;
    this.#bytes = scratch;
  }

  /** Adds the value of the row with this number, from 0; rows before it without a value have null. Throws a RangeError or TypeError on what the type cannot hold; `validateRecord` refuses that before. */
  add(row: number, value: unknown): void {
    this.#fill(row);
    const sent = this.#writer === text ? sentText(value) : value;
    this.#makeRoom(4 + this.#writer.room(sent));
    const length = this.#writer.write(this.#bytes, sent, this.#at + 4);
    this.#bytes.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
    this.#rows += 1;
  }

  /** The array, with nulls up to so many rows; it lies in `memory`. */
  finish(rows: number): Buffer {
    this.#fill(rows);
    [1, this.#hasNulls ? 1 : 0, this.#writer.typeId, rows, 1].forEach((word, index) => {
      this.#bytes.writeInt32BE(word, index * 4);
    });
    return this.#bytes.subarray(0, this.#at);
  }

  /** What it was written into. */
  get memory(): Buffer {
    return this.#bytes;
  }

  #fill(rows: number): void {
    if (this.#rows === rows) return;
    this.#hasNulls = true;
    this.#makeRoom((rows - this.#rows) * 4);
    for (; this.#rows < rows; this.#rows += 1) this.#at = this.#bytes.writeInt32BE(nullLength, this.#at);
  }

  #makeRoom(bytes: number): void {
    const wanted = this.#at + bytes;
    if (wanted <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}

/** As PostgreSQL reads it: lists of numbers as the text of an array. */
function sentText(value: unknown): string {
  if (typeof value === 'string') return storableText(value);
  return Array.isArray(value) ? `{${value.join(',')}}` : String(value);
}
