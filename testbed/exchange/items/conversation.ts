import { createHash } from 'node:crypto';
import { readHeaders } from '../mime/read-headers.ts';
import type { Item } from '../store/item.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { contentOf, mimeBytes } from './item-content.ts';

/** Where an item stands in its thread (MS-OXOMSG 2.2.1.2 and 2.2.1.3). */
export interface Conversation {
  readonly topic: string;
  /** PR_CONVERSATION_INDEX: 22 bytes of the thread, 5 more for each reply. */
  readonly index: Buffer;
  /** Bytes of the ConversationId. */
  readonly id: Buffer;
}

/** The thread of an item, from Thread-Index and Thread-Topic, else from what it replies to, else its own. */
export function conversationOf(item: Item, mailbox: Mailbox): Conversation {
  const raw = mimeBytes(item);
  const headers = raw && readHeaders(raw);
  const topic = headers?.text('Thread-Topic') ?? normalSubject(item.subject);
  const given = storedIndex(item, mailbox) ?? headers?.raw('Thread-Index');
  const index = given === undefined ? derivedIndex(item, mailbox) : Buffer.from(given, 'base64');
  // Only the thread's GUID counts: the date before it differs when each mailbox makes an index of its own.
  const id = index.length < 22 ? createHash('md5').update(topic.toUpperCase()).digest() : index.subarray(6, 22);
  return { topic, index, id };
}

/** The subject without `RE:`, `FW:` and the like (MS-OXCMSG 3.2.4.1: up to three letters and a colon). */
export function normalSubject(subject: string): string {
  return subject.replace(/^(\s*[^\s:\d]{1,3}:\s)+/, '').trim();
}

function storedIndex(item: Item, mailbox: Mailbox): string | undefined {
  const set = contentOf(item, mailbox).properties.get('ConversationIndex')?.text;
  return set === '' ? undefined : set;
}

function derivedIndex(item: Item, mailbox: Mailbox): Buffer {
  const { properties } = contentOf(item, mailbox);
  const parentId = properties.get('InReplyTo')?.text.trim() ?? '';
  const parent = mailbox.itemsWithMessageId(parentId).find((one) => one !== item);
  if (parent !== undefined) return Buffer.concat([conversationOf(parent, mailbox).index, replyBlock(item)]);
  const root = properties.get('References')?.text.trim().split(/\s+/)[0] || parentId || item.messageId;
  return startIndex(root === '' ? `${item.id}${normalSubject(item.subject)}` : root, item.sent);
}

/** A thread's first 22 bytes, made of the Message-ID it starts with, so that all mailboxes find the same. */
export function startIndex(rootId: string, sent: number): Buffer {
  const index = Buffer.alloc(22);
  index.writeUInt8(1, 0);
  index.writeUIntBE(fileTime(sent), 1, 5);
  createHash('md5').update(rootId).digest().copy(index, 6);
  return index;
}

function replyBlock(item: Item): Buffer {
  const block = Buffer.alloc(5);
  block.writeUInt32BE(item.sent % 0x7fffffff, 0);
  block.writeUInt8(item.serial & 0xff, 4);
  return block;
}

/** The upper 40 bits of the FILETIME that an index carries. */
function fileTime(ms: number): number {
  return Math.floor(((ms + 11_644_473_600_000) * 10_000) / 2 ** 24) % 2 ** 40;
}
