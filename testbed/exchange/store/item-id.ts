/** What an id of the simulator names. */
export interface IdTarget {
  readonly kind: 'folder' | 'item' | 'attachment' | 'occurrence';
  /** Number of the mailbox on this server. */
  readonly mailbox: number;
  readonly serial: number;
  /** Of an occurrence: its original start, seconds since 1970; of an attachment: its number in the item. */
  readonly part: number;
}

const kinds = ['folder', 'item', 'attachment', 'occurrence'] as const;
const mark = 0x53696d31;
/** Ids of a real server are long: 120 characters of a folder, 152 of an item, by which DavMail tells an id from a name. */
const bytesOfKind = { folder: 88, item: 114, attachment: 114, occurrence: 114 } as const;

/** An opaque, case-sensitive id. */
export function makeId(target: IdTarget): string {
  return bytesOfId(target).toString('base64');
}

/** The bytes behind an id, also used for the other forms that ConvertId gives. */
export function bytesOfId({ kind, mailbox, serial, part }: IdTarget): Buffer {
  const idBytes = bytesOfKind[kind];
  const bytes = Buffer.alloc(idBytes, 0x5a);
  bytes.writeUInt32BE(mark, 0);
  bytes.writeUInt8(kinds.indexOf(kind), 4);
  bytes.writeUInt32BE(mailbox, 5);
  bytes.writeUIntBE(serial, idBytes - 12, 6);
  bytes.writeUIntBE(part, idBytes - 6, 6);
  return bytes;
}

/** The target of an id; undefined when it is no id of this kind of server. */
export function readId(id: string): IdTarget | undefined {
  if (!/^[A-Za-z0-9+/]+=*$/.test(id)) return undefined;
  return targetOfBytes(Buffer.from(id, 'base64'));
}

/** The target of an id's bytes; undefined when they are none. */
export function targetOfBytes(bytes: Buffer): IdTarget | undefined {
  if (bytes.length < 5 || bytes.readUInt32BE(0) !== mark) return undefined;
  const kind = kinds[bytes.readUInt8(4)];
  if (kind === undefined || bytes.length !== bytesOfKind[kind]) return undefined;
  const idBytes = bytes.length;
  return {
    kind,
    mailbox: bytes.readUInt32BE(5),
    serial: bytes.readUIntBE(idBytes - 12, 6),
    part: bytes.readUIntBE(idBytes - 6, 6),
  };
}
