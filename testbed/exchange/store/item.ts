import type { XmlNode } from '../xml/xml-node.ts';

/** Element name of an item. */
export type ItemKind =
  | 'Item'
  | 'Message'
  | 'CalendarItem'
  | 'Contact'
  | 'DistributionList'
  | 'MeetingMessage'
  | 'MeetingRequest'
  | 'MeetingResponse'
  | 'MeetingCancellation'
  | 'Task'
  | 'PostItem';

/** A file or an item inside an item. */
export interface Attachment {
  /** Number in its mailbox, of which its id is made. */
  readonly number: number;
  readonly name: string;
  readonly contentType: string;
  readonly contentId: string | undefined;
  readonly isInline: boolean;
  /** Date of the last change, ms. */
  readonly modified: number;
  /** Bytes of a file; absent for an item. */
  readonly content: Buffer | undefined;
  readonly item: Item | undefined;
}

/** A body as it was given. */
export interface ItemBody {
  readonly type: 'HTML' | 'Text';
  readonly text: string;
}

/** What is different in one occurrence of a series; only what was changed is set. */
export type OccurrenceChange =
  | 'deleted'
  | {
      readonly properties: Map<string, XmlNode>;
      readonly extended: Map<string, XmlNode>;
      subject: string | undefined;
      body: ItemBody | undefined;
    };

/** What the properties of an item say, read from its message where it came as one. */
export interface ItemContent {
  /** Elements by name, as a client set them or as the message's headers gave them. */
  readonly properties: Map<string, XmlNode>;
  /** Extended properties by canonical key. */
  readonly extended: Map<string, XmlNode>;
  body: ItemBody | undefined;
  /** The other form of the body, when the message brought both. */
  alternative: ItemBody | undefined;
  readonly attachments: Attachment[];
  /** Of the master of a series: its changed and deleted occurrences by their original start, ms. */
  readonly occurrences: Map<number, OccurrenceChange>;
  /** Of an occurrence that is shown as an item. */
  readonly occurrenceType?: 'Occurrence' | 'Exception';
}

/** An item of a mailbox. Its content may still sleep in `mime`; `contentOf` wakes it. */
export interface Item {
  id: string;
  readonly serial: number;
  kind: ItemKind;
  itemClass: string;
  folderId: string;
  changeKey: number;
  /** Number of the change that brought it into its folder. */
  createdSeq: number;
  /** Number of its last change. */
  changedSeq: number;
  /** Number of its last change other than of the read flag. */
  contentSeq: number;
  /** Dates in ms since 1970. */
  received: number;
  sent: number;
  readonly created: number;
  modified: number;
  isRead: boolean;
  isDraft: boolean;
  /** True for mail this mailbox sent. */
  isFromMe: boolean;
  /** Message-ID with its brackets; empty without. */
  messageId: string;
  subject: string;
  size: number;
  /** The message as it came, while its content is what the message says; a function makes it anew each time. */
  mime: Buffer | (() => Buffer) | undefined;
  content: ItemContent | undefined;
}
