import { contentOfMessage } from '../mime/content-of-message.ts';
import { readHeaders } from '../mime/read-headers.ts';
import type { Attachment, Item, ItemContent } from '../store/item.ts';
import type { Mailbox } from '../store/mailbox.ts';

/** The content of an item, read from its message on first use. */
export function contentOf(item: Item, mailbox: Mailbox): ItemContent {
  if (item.content === undefined) {
    const raw = mimeBytes(item);
    item.content = raw === undefined ? emptyContent() : contentFromMime(raw, mailbox);
  }
  return item.content;
}

/** The message an item came as; undefined when it was made of properties or changed since. */
export function mimeBytes(item: Item): Buffer | undefined {
  return typeof item.mime === 'function' ? item.mime() : item.mime;
}

/** An item without any property. */
export function emptyContent(): ItemContent {
  return {
    properties: new Map(),
    extended: new Map(),
    body: undefined,
    alternative: undefined,
    attachments: [],
    occurrences: new Map(),
  };
}

/** A copy whose parts can be changed without touching the original. */
export function copyContent(content: ItemContent): ItemContent {
  return {
    ...content,
    properties: new Map(content.properties),
    extended: new Map(content.extended),
    attachments: [...content.attachments],
    occurrences: new Map(content.occurrences),
  };
}

/** Reads a message; attached messages become items inside it. */
export function contentFromMime(raw: Buffer, mailbox: Mailbox): ItemContent {
  return contentOfMessage(raw, (part, message): Attachment => {
    const item = message === undefined ? undefined : attachedMessage(message, mailbox);
    return { ...part, number: mailbox.nextSerial(), item };
  });
}

function attachedMessage(raw: Buffer, mailbox: Mailbox): Item {
  const headers = readHeaders(raw);
  const sent = Date.parse(headers.raw('Date') ?? '') || 0;
  return {
    ...bareItem('Message', sent),
    subject: headers.text('Subject') ?? '',
    messageId: headers.raw('Message-ID') ?? '',
    isRead: true,
    size: raw.length,
    mime: raw,
    content: contentFromMime(raw, mailbox),
  };
}

/** An item that lies in no folder: an attached one, or one on its way. */
export function bareItem(kind: Item['kind'], now: number): Item {
  return {
    id: '',
    serial: 0,
    kind,
    itemClass: itemClassOf(kind),
    folderId: '',
    changeKey: 0,
    createdSeq: 0,
    changedSeq: 0,
    contentSeq: 0,
    received: now,
    sent: now,
    created: now,
    modified: now,
    isRead: true,
    isDraft: false,
    isFromMe: false,
    messageId: '',
    subject: '',
    size: 0,
    mime: undefined,
    content: undefined,
  };
}

/** PR_MESSAGE_CLASS of a fresh item of a kind. */
export function itemClassOf(kind: Item['kind']): string {
  const classes: Readonly<Record<Item['kind'], string>> = {
    Item: 'IPM.Note',
    Message: 'IPM.Note',
    CalendarItem: 'IPM.Appointment',
    Contact: 'IPM.Contact',
    DistributionList: 'IPM.DistList',
    MeetingMessage: 'IPM.Schedule.Meeting.Notification',
    MeetingRequest: 'IPM.Schedule.Meeting.Request',
    MeetingResponse: 'IPM.Schedule.Meeting.Resp.Pos',
    MeetingCancellation: 'IPM.Schedule.Meeting.Canceled',
    Task: 'IPM.Task',
    PostItem: 'IPM.Post',
  };
  return classes[kind];
}
