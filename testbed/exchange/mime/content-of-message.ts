import { headerKey } from '../items/extended-key.ts';
import type { Attachment, ItemBody, ItemContent } from '../store/item.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';
import { decodeBytes } from './decode-words.ts';
import { mailboxNode, readAddresses } from './mail-addresses.ts';
import { type MimePart, readMime } from './read-mime.ts';

/** Makes the attachment of a part and gives it a number; `message` holds the bytes of an attached message. */
export type MakeAttachment = (part: Omit<Attachment, 'number' | 'item'>, message: Buffer | undefined) => Attachment;

const addressLists = [
  ['To', 'ToRecipients'],
  ['Cc', 'CcRecipients'],
  ['Bcc', 'BccRecipients'],
  ['Reply-To', 'ReplyTo'],
] as const;

/** What a message says, as properties of an item. */
export function contentOfMessage(raw: Buffer, makeAttachment: MakeAttachment): ItemContent {
  const message = readMime(raw);
  const content: ItemContent = {
    properties: headerProperties(message),
    extended: headerExtended(message),
    body: undefined,
    alternative: undefined,
    attachments: [],
    occurrences: new Map(),
  };
  const bodies: ItemBody[] = [];
  collect(message, bodies, content.attachments, makeAttachment, false);
  content.body = bodies.find(({ type }) => type === 'HTML') ?? bodies[0];
  content.alternative = bodies.find((one) => one !== content.body);
  return content;
}

function headerProperties({ headers }: MimePart): Map<string, XmlNode> {
  const properties = new Map<string, XmlNode>();
  const put = (node: XmlNode): void => void properties.set(node.name, node);
  put(el('Subject', headers.text('Subject') ?? ''));
  for (const [header, name] of addressLists) {
    const list = readAddresses(headers.raw(header));
    if (list.length > 0)
      put(
        el(
          name,
          list.map((one) => mailboxNode(one)),
        ),
      );
  }
  const [from] = readAddresses(headers.raw('From'));
  const [sender] = readAddresses(headers.raw('Sender') ?? headers.raw('From'));
  if (from !== undefined) put(el('From', [mailboxNode(from)]));
  if (sender !== undefined) put(el('Sender', [mailboxNode(sender)]));
  for (const [header, name] of [
    ['In-Reply-To', 'InReplyTo'],
    ['References', 'References'],
  ] as const) {
    const value = headers.raw(header);
    if (value !== undefined) put(el(name, value.replace(/\s+/g, ' ')));
  }
  put(el('Importance', importanceOf(message(headers.raw('Importance')), headers.raw('X-Priority'))));
  put(el('Sensitivity', sensitivityOf(message(headers.raw('Sensitivity')))));
  put(el('IsReadReceiptRequested', headers.raw('Disposition-Notification-To') !== undefined));
  put(el('IsDeliveryReceiptRequested', headers.raw('Return-Receipt-To') !== undefined));
  return properties;
}

function message(value: string | undefined): string {
  return (value ?? '').trim().toLowerCase();
}

function importanceOf(importance: string, priority: string | undefined): string {
  if (importance === 'high' || /^\s*[12]/.test(priority ?? '')) return 'High';
  if (importance === 'low' || /^\s*[45]/.test(priority ?? '')) return 'Low';
  return 'Normal';
}

function sensitivityOf(value: string): string {
  if (value === 'personal') return 'Personal';
  if (value === 'private') return 'Private';
  return value === 'company-confidential' ? 'Confidential' : 'Normal';
}

/** Headers of a program's own can be asked for as extended properties. */
function headerExtended({ headers }: MimePart): Map<string, XmlNode> {
  const extended = new Map<string, XmlNode>();
  for (const [name] of headers.fields) {
    if (!/^x-/i.test(name)) continue;
    extended.set(headerKey(name), el('Value', headers.text(name) ?? ''));
  }
  return extended;
}

function collect(
  part: MimePart,
  bodies: ItemBody[],
  attachments: Attachment[],
  makeAttachment: MakeAttachment,
  inRelated: boolean,
): void {
  const { value } = part.type;
  if (part.parts.length > 0) {
    for (const inner of part.parts) {
      collect(inner, bodies, attachments, makeAttachment, inRelated || value === 'multipart/related');
    }
    return;
  }
  const isAttached = part.disposition.value === 'attachment' || nameOf(part) !== undefined;
  const isText = value === 'text/plain' || value === 'text/html';
  const type = value === 'text/html' ? 'HTML' : 'Text';
  if (isText && !isAttached && !bodies.some((one) => one.type === type)) {
    bodies.push({ type, text: decodeBytes(part.content, part.type.parameters.get('charset')) });
    return;
  }
  if (value === 'text/calendar' && !isAttached) return;
  attachments.push(attachmentOf(part, makeAttachment, inRelated));
}

function attachmentOf(part: MimePart, makeAttachment: MakeAttachment, inRelated: boolean): Attachment {
  const isMessage = part.type.value === 'message/rfc822';
  const contentId = part.headers.raw('Content-ID')?.replace(/^<|>$/g, '');
  return makeAttachment(
    {
      name: nameOf(part) ?? (isMessage ? 'message.eml' : 'attachment'),
      contentType: part.type.value,
      contentId,
      isInline: part.disposition.value === 'inline' || (inRelated && contentId !== undefined),
      modified: 0,
      content: isMessage ? undefined : part.content,
    },
    isMessage ? part.content : undefined,
  );
}

function nameOf(part: MimePart): string | undefined {
  return part.disposition.parameters.get('filename') ?? part.type.parameters.get('name');
}
