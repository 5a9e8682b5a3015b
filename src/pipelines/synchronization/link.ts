import type { FieldBag } from '../../contracts/act-fields.ts';
import type { ActResponse } from '../../contracts/act-item.ts';
import type { RecordFacts } from './act-type.ts';

/** `exchangesyncidmapping.mr_linkstate`. */
export const LinkState = {
  linked: 100000000,
  making: 100000001,
  deleting: 100000002,
  leftFilter: 100000003,
  untracked: 100000004,
  deletedThere: 100000005,
  recordGone: 100000006,
  awaited: 100000007,
  notTaken: 100000008,
} as const;
export type LinkStateValue = (typeof LinkState)[keyof typeof LinkState];

/** `exchangesyncidmapping.mr_response` and `mr_myresponse`. */
export const MeetingResponse: Readonly<Record<ActResponse, number>> = {
  accepted: 100000000,
  tentative: 100000001,
  declined: 100000002,
};

/** States in which record and item follow each other, or are about to. */
const live: ReadonlySet<number> = new Set([LinkState.linked, LinkState.making, LinkState.deleting]);

/** The tie of a record and an item in one mailbox, a row of `exchangesyncidmapping`. */
export interface Link {
  readonly id: string;
  readonly state: LinkStateValue;
  readonly itemId: string | null;
  /** The version of the item we know; null asks for it to be read again. */
  readonly changeKey: string | null;
  readonly recordId: string | null;
  readonly objectTypeCode: number | null;
  /** The version of the record we know; null: something is still to be carried over. */
  readonly version: bigint | null;
  readonly isMarked: boolean;
  /** The folder's cursor is past the item's making: its deletion will be told. A server keeps silent about what came and went since a cursor. */
  readonly isCovered: boolean;
  readonly retries: number;
  readonly nextTryOn: Date | null;
  /** Somebody answered the question about the item with "take it all the same" (AC-16). */
  readonly isDecided: boolean;
  /** Its user wants the meeting answered so. */
  readonly response: ActResponse | null;
}

/** What deciding about a link needs beside: read for those that something happened to. */
export interface LinkMemory {
  readonly agreed: FieldBag;
  readonly pending: FieldBag | undefined;
  readonly facts: RecordFacts;
  /** Conflicts so far, the newest first. */
  readonly conflicts: readonly unknown[];
  /** Goes with the answer to the meeting. */
  readonly responseComment: string;
}

/** What is remembered of a link about which nothing is known. */
export const noMemory: LinkMemory = {
  agreed: {},
  pending: undefined,
  conflicts: [],
  responseComment: '',
  facts: { isOwner: false, isClosed: false, isOrganizer: false, endsOn: null },
};

/** Whether the link ties. */
export const isLive = (link: Link): boolean => live.has(link.state);
