import type { FilePlace } from '../../contracts/mail-message.ts';
import { decodeCharset } from './charset.ts';
import { filePlace } from './file-place.ts';
import type { MimePart } from './part-tree.ts';
import { decodeTransfer } from './transfer.ts';

/** A text of the body. */
export interface BodyText {
  readonly kind: 'plain' | 'html';
  readonly text: string;
  /** Texts of one multipart/alternative share a number; others have their own. */
  readonly group: number;
}

/** A part that is kept as a file. */
export interface FilePart {
  readonly part: MimePart;
  /** Decoded anew each time it is asked for, so that a large file takes memory only while it is looked at. */
  readonly content: Buffer;
  readonly place: FilePlace | undefined;
  /** True inside multipart/related, after its root. */
  readonly isRelated: boolean;
}

/** The leaves of a message: texts to read and files to keep, each in the order of the message. */
export interface BodyParts {
  readonly texts: readonly BodyText[];
  readonly files: readonly FilePart[];
  readonly faults: readonly string[];
}

interface Walk {
  /** The message, of whose memory the bodies of its parts are views. */
  readonly raw: Buffer;
  readonly texts: BodyText[];
  readonly files: FilePart[];
  readonly faults: Set<string>;
  groups: number;
}

/** The text of a text part in its charset, transfer encoding undone. */
export function partText(part: MimePart, faults: Set<string>): string {
  const decoded = decodeCharset(decodeTransfer(part.body, part.encoding), part.typeParameters.get('charset') ?? '');
  if (decoded.fault !== '') faults.add(decoded.fault);
  return decoded.text;
}

function isBodyText(part: MimePart): boolean {
  if (part.contentType !== 'text/plain' && part.contentType !== 'text/html') return false;
  return part.disposition !== 'attachment' && part.fileName === '';
}

function visit(part: MimePart, group: number | undefined, isRelated: boolean, walk: Walk): void {
  if (part.children.length > 0) {
    const isAlternative = part.contentType === 'multipart/alternative';
    if (isAlternative && group === undefined) walk.groups += 1;
    const inner = group ?? (isAlternative ? walk.groups : undefined);
    const related = part.contentType === 'multipart/related';
    part.children.forEach((child, index) => {
      visit(child, inner, isRelated || (related && index > 0), walk);
    });
    return;
  }
  if (isBodyText(part)) {
    if (group === undefined) walk.groups += 1;
    const kind = part.contentType === 'text/html' ? 'html' : 'plain';
    walk.texts.push({ kind, text: partText(part, walk.faults), group: group ?? walk.groups });
    return;
  }
  walk.files.push(fileOf(part, isRelated, part.body.byteOffset - walk.raw.byteOffset));
}

function fileOf(part: MimePart, isRelated: boolean, start: number): FilePart {
  return {
    part,
    isRelated,
    place: filePlace(part.body, part.encoding, start),
    get content() {
      return decodeTransfer(part.body, part.encoding);
    },
  };
}

/** Sorts the leaves of the message `raw` into texts and files (RFC 2046 5.1, RFC 2183). */
export function sortParts(root: MimePart, raw: Buffer): BodyParts {
  const walk: Walk = { raw, texts: [], files: [], faults: new Set(), groups: 0 };
  visit(root, undefined, false, walk);
  return { texts: walk.texts, files: walk.files, faults: [...walk.faults] };
}
