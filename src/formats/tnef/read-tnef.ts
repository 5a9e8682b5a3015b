import { ByteReader } from './byte-reader.ts';
import { decompressRtf } from './decompress-rtf.ts';
import {
  decodeCodePage,
  type MapiProperties,
  mapiDate,
  mapiNumber,
  mapiText,
  readMapiProperties,
} from './mapi-properties.ts';
import { readRtfBody } from './rtf-body.ts';

/** One file inside a TNEF stream. */
export interface TnefFile {
  /** As given; empty when the stream names none. */
  readonly fileName: string;
  /** Lower case; empty when the stream gives none. */
  readonly contentType: string;
  /** Without angle brackets; empty when none. */
  readonly contentId: string;
  readonly content: Buffer;
  /** The message, where the file is one. */
  readonly message: TnefMessage | undefined;
}

/** A message as Outlook packs it into `winmail.dat` (MS-OXTNEF). */
export interface TnefMessage {
  /** Such as `IPM.Note`; empty when none. */
  readonly messageClass: string;
  readonly subject: string;
  readonly senderName: string;
  /** Empty when it is no mail address. */
  readonly senderAddress: string;
  /** Message-ID as given; empty when none. */
  readonly messageId: string;
  readonly sentOn: Date | undefined;
  readonly text: string;
  readonly html: string;
  readonly files: readonly TnefFile[];
  /** What could not be read, in plain words. */
  readonly faults: readonly string[];
}

const SIGNATURE = 0x223e9f78;
const MAX_DEPTH = 5;
const MAX_ATTRIBUTES = 20_000;
const MAX_FILES = 1000;

/** Attribute numbers, type in the upper half (MS-OXTNEF 2.1.3.3). */
const Attribute = {
  subject: 0x00018004,
  messageClass: 0x00078008,
  body: 0x0002800c,
  attachData: 0x0006800f,
  attachTitle: 0x00018010,
  attachRendering: 0x00069002,
  properties: 0x00069003,
  attachProperties: 0x00069005,
  codePage: 0x00069007,
} as const;

/** Property numbers (MS-OXPROPS). */
const Property = {
  messageClass: 0x001a,
  subject: 0x0037,
  submittedOn: 0x0039,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  senderSmtp: 0x5d01,
  deliveredOn: 0x0e06,
  messageId: 0x1035,
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  data: 0x3701,
  shortName: 0x3704,
  longName: 0x3707,
  mimeType: 0x370e,
  contentId: 0x3712,
  codePage: 0x3fde,
} as const;

interface FileDraft {
  title: Buffer | undefined;
  data: Buffer | undefined;
  properties: MapiProperties;
}

interface Draft {
  readonly attributes: Map<number, Buffer>;
  readonly files: FileDraft[];
  readonly faults: string[];
}

/** True when bytes begin as a TNEF stream does. */
export function isTnef(bytes: Buffer): boolean {
  return bytes.length >= 6 && bytes.readUInt32LE(0) === SIGNATURE;
}

/** Sorts the attributes of a stream into those of the message and those of each file, as far as the bytes go. */
function readAttributes(bytes: Buffer): Draft {
  const draft: Draft = { attributes: new Map(), files: [], faults: [] };
  const reader = new ByteReader(bytes);
  reader.skip(6);
  for (let count = 0; reader.left > 0; count += 1) {
    const level = reader.number(1);
    const id = reader.number(4);
    const length = reader.number(4);
    const data = length === undefined ? undefined : reader.take(length);
    reader.skip(2);
    if (id === undefined || data === undefined || count >= MAX_ATTRIBUTES) {
      draft.faults.push('winmail.dat ends before its time or is too long; what came before was kept');
      break;
    }
    if (level === 2) takeFileAttribute(draft, id, data);
    else if (!draft.attributes.has(id)) draft.attributes.set(id, data);
  }
  return draft;
}

function takeFileAttribute(draft: Draft, id: number, data: Buffer): void {
  if (id === Attribute.attachRendering || draft.files.length === 0) {
    if (draft.files.length >= MAX_FILES) return;
    draft.files.push({ title: undefined, data: undefined, properties: new Map() });
  }
  const file = draft.files.at(-1);
  if (file === undefined) return;
  if (id === Attribute.attachData) file.data ??= data;
  else if (id === Attribute.attachTitle) file.title ??= data;
  else if (id === Attribute.attachProperties) file.properties = readMapiProperties(data);
}

function fileOf(draft: FileDraft, codePage: number, depth: number): TnefFile[] {
  const { properties } = draft;
  const title = draft.title === undefined ? '' : decodeCodePage(draft.title, `cp${codePage}`).replace(/\0[\s\S]*$/, '');
  const text = (id: number): string => mapiText(properties, id, codePage);
  const fileName = text(Property.longName) || title || text(Property.shortName) || text(Property.displayName);
  const packed = properties.get(Property.data);
  const object = packed?.type === 0x0d ? packed.value.subarray(16) : undefined;
  const isMessage = object !== undefined && isTnef(object) && depth < MAX_DEPTH;
  const content = object ?? draft.data ?? packed?.value;
  if (content === undefined) return [];
  return [
    {
      fileName,
      contentType: text(Property.mimeType).toLowerCase(),
      contentId: text(Property.contentId).replace(/^<|>$/g, ''),
      content,
      message: isMessage ? readMessage(object, depth + 1) : undefined,
    },
  ];
}

/** HTML as such, else out of the RTF body; plain text as such, else out of the RTF body. */
function bodyOf(properties: MapiProperties, plain: string, codePage: number, faults: string[]): [string, string] {
  const written = properties.get(Property.html);
  const webPage = mapiNumber(properties, Property.codePage) ?? codePage;
  if (written !== undefined && written.value.length > 0) {
    const html =
      written.type === 0x102
        ? decodeCodePage(written.value, `cp${webPage}`)
        : mapiText(properties, Property.html, codePage);
    return [plain, html];
  }
  const packed = properties.get(Property.rtf);
  if (packed === undefined || packed.value.length === 0) return [plain, ''];
  const rtf = decompressRtf(packed.value);
  if (rtf === undefined) {
    faults.push('the RTF body of winmail.dat cannot be unpacked');
    return [plain, ''];
  }
  const body = readRtfBody(rtf);
  return body.isHtml ? [plain, body.text] : [plain || body.text.trim(), ''];
}

function readMessage(bytes: Buffer, depth: number): TnefMessage {
  const { attributes, files, faults } = readAttributes(bytes);
  const pages = attributes.get(Attribute.codePage);
  const codePage = pages !== undefined && pages.length >= 4 ? pages.readUInt32LE(0) : 1252;
  const properties = readMapiProperties(attributes.get(Attribute.properties) ?? Buffer.alloc(0));
  const attribute = (id: number): string =>
    decodeCodePage(attributes.get(id) ?? Buffer.alloc(0), `cp${codePage}`).replace(/\0[\s\S]*$/, '');
  const text = (id: number): string => mapiText(properties, id, codePage);
  const address = text(Property.senderSmtp) || text(Property.senderAddress);
  const plain = text(Property.body) || attribute(Attribute.body);
  const [body, html] = bodyOf(properties, plain, codePage, faults);
  return {
    messageClass: text(Property.messageClass) || attribute(Attribute.messageClass),
    subject: text(Property.subject) || attribute(Attribute.subject),
    senderName: text(Property.senderName),
    senderAddress: address.includes('@') ? address : '',
    messageId: text(Property.messageId),
    sentOn: mapiDate(properties, Property.submittedOn) ?? mapiDate(properties, Property.deliveredOn),
    text: body,
    html,
    files: files.flatMap((file) => fileOf(file, codePage, depth)),
    faults,
  };
}

/**
 * Reads a TNEF stream (AT-09): body, files and attached messages; undefined for bytes that are none. Files share the bytes of the
 * stream. At most 20,000 attributes, 1,000 files, messages inside messages five deep; a stream that breaks off gives what came before.
 */
export function readTnef(bytes: Buffer): TnefMessage | undefined {
  return isTnef(bytes) ? readMessage(bytes, 0) : undefined;
}
