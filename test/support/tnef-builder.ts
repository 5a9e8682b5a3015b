/** One MAPI property of a stream to be built. */
export interface BuiltProperty {
  readonly id: number;
  readonly type: number;
  readonly value: Buffer | number | string;
}

/** A file of a stream to be built. */
export interface BuiltFile {
  readonly title?: string;
  readonly data?: Buffer;
  readonly properties?: readonly BuiltProperty[];
}

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

function attribute(level: 1 | 2, id: number, data: Buffer): Buffer {
  const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0);
  return Buffer.concat([Buffer.from([level]), u32(id), u32(data.length), data, u16(sum)]);
}

function property({ id, type, value }: BuiltProperty): Buffer {
  const head = Buffer.concat([u16(type), u16(id)]);
  if (typeof value === 'number') return Buffer.concat([head, u32(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(`${value}\0`, type === 0x1f ? 'utf16le' : 'latin1') : value;
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
  return Buffer.concat([head, u32(1), u32(bytes.length), bytes, padding]);
}

/** A list of MAPI properties as TNEF writes it. */
export const propertyList = (properties: readonly BuiltProperty[]): Buffer =>
  Buffer.concat([u32(properties.length), ...properties.map(property)]);

/** A TNEF stream (MS-OXTNEF) with the properties of a message and its files; file titles in Windows-1252. */
export function buildTnef(message: readonly BuiltProperty[], files: readonly BuiltFile[]): Buffer {
  const rendering = Buffer.alloc(14);
  rendering.writeUInt16LE(1);
  return Buffer.concat([
    u32(0x223e9f78),
    u16(1),
    attribute(1, 0x00089006, u32(0x00010000)),
    attribute(1, 0x00069007, Buffer.concat([u32(1252), u32(0)])),
    attribute(1, 0x00078008, Buffer.from('IPM.Microsoft Mail.Note\0')),
    attribute(1, 0x00069003, propertyList(message)),
    ...files.flatMap(({ title, data, properties }) => [
      attribute(2, 0x00069002, rendering),
      ...(title === undefined ? [] : [attribute(2, 0x00018010, Buffer.from(`${title}\0`, 'latin1'))]),
      ...(data === undefined ? [] : [attribute(2, 0x0006800f, data)]),
      ...(properties === undefined ? [] : [attribute(2, 0x00069005, propertyList(properties))]),
    ]),
  ]);
}

/** RTF packed as Outlook packs it, in literals alone (MS-OXRTFCP). */
export function packRtf(rtf: string): Buffer {
  const bytes = Buffer.from(rtf, 'latin1');
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 8) pieces.push(Buffer.from([0]), bytes.subarray(at, at + 8));
  const body = Buffer.concat(pieces);
  return Buffer.concat([u32(body.length + 12), u32(bytes.length), u32(0x75465a4c), u32(0), body]);
}
