import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';
import type { ActFolder, ActItem, ActKind } from '../../contracts/act-item.ts';
import type { ActNotify } from '../../contracts/act-port.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { Filter, RecordReads, RecordStore } from '../../store/record-store.ts';
import type { RecordOf, TableName } from '../../tables/catalog.ts';

/** Tables whose records are synchronised (ch. 27; service appointments are not). */
export type ActTable =
  | 'appointment'
  | 'recurringappointmentmaster'
  | 'contact'
  | 'task'
  | 'phonecall'
  | 'letter'
  | 'fax';

/** Reading with the synchronising user's rights. */
export type ActReads = Pick<RecordReads, 'retrieve' | 'retrieveMultiple'>;

/** A row of a synchronised table, as far as it was read. */
export type ActRow = RecordOf<TableName> & Readonly<Record<string, unknown>>;

/** Which way a field goes: the numbers of `syncattributemapping.syncdirection` (FM-01). */
export const Direction = { none: 0, toExchange: 1, toRecord: 2, both: 3 } as const;
export type DirectionValue = (typeof Direction)[keyof typeof Direction];

/** One line of a field map (ch. 27). */
export interface ActField {
  /** Key in the field bag and `syncattributemapping.mappingname`. */
  readonly name: string;
  /** `FM-C12` */
  readonly rule: string;
  /** Columns of the record, the first one the name of the field there. */
  readonly columns: readonly string[];
  /** Property of the item, as people know it. */
  readonly exchangeName: string;
  readonly direction: DirectionValue;
  /** FM-01: whether the direction may be set to something else. */
  readonly isSettable: boolean;
  /** Brings two changed values together, undefined where one has to give way; `base` is undefined where none was agreed on. */
  join?(base: FieldValue | undefined, record: FieldValue, item: FieldValue, isItemLater: boolean): Joined | undefined;
}

/** Two values brought together. */
export interface Joined {
  readonly value: FieldValue;
  /** A part was changed on both sides, and the earlier change of it gave way. */
  readonly isContested: boolean;
}

/** Who synchronises, and how the organisation wants it: what mapping a record needs beside the record. */
export interface ActUser {
  readonly systemuserid: string;
  /** Address of the user's mailbox, lower case. */
  readonly address: string;
  /** IANA zone of the user's settings, UTC when none is set. */
  readonly timeZone: string;
  readonly settings: OrganizationSettings;
  /** PO-05: the contact's parent is shown as company. */
  readonly synchronizesCompany: boolean;
  /** What was over before is not made in Exchange anew; undefined carries everything. */
  readonly startsFrom: Date | undefined;
  readonly now: Date;
}

/** A record in the form both sides are brought to. */
export interface NearRecord {
  readonly id: string;
  readonly versionnumber: bigint;
  readonly modifiedOn: Date;
  readonly fields: FieldBag;
  readonly title: string;
  readonly facts: RecordFacts;
  /** Why it cannot be synchronised, in plain words; the record and the item are left alone then. */
  readonly refusal?: string | undefined;
}

/** What deciding about a record needs beside its fields; remembered on the link, so that it is known when the record is gone. */
export interface RecordFacts {
  readonly [fact: string]: boolean | string | null;
  /** The synchronising user owns the record (CC-03, CC-04). */
  readonly isOwner: boolean;
  /** Completed or cancelled, or a contact that is deactivated. */
  readonly isClosed: boolean;
  /** The synchronising user is the organizer (AA-06); true for everything but appointments. */
  readonly isOrganizer: boolean;
  /** End of an appointment as an instant, null where there is none. */
  readonly endsOn: string | null;
}

/** A deletion about to cross over. `logical`: the record still exists and left the filter (AC-11). */
export interface Removal {
  readonly kind: 'physical' | 'logical';
  readonly facts: RecordFacts;
  /** Values both sides agreed on last. */
  readonly agreed: FieldBag;
  readonly user: ActUser;
  /** The user was the organizer when both sides agreed last; `facts` say whether he is (AA-19). */
  readonly wasOrganizer?: boolean;
}

/** One kind of record that is synchronised: how it is read, mapped and removed. Everything but `read` and `prepare` is pure. */
export interface ActType {
  readonly table: ActTable;
  readonly folder: ActFolder;
  readonly kind: ActKind;
  readonly fields: readonly ActField[];
  /** Column that says when a record is over; absent where none does. */
  readonly endColumn?: string;
  /** Rows that are no item of their own, whatever the filters say: instances of series, drafts (AA-03, AA-21). */
  readonly condition?: Filter;
  /** A record that is made in Exchange can become one of these (TK-02: tasks, not phone calls). */
  readonly takesNewItems: boolean;
  /** The server derives properties from others (status from percentage), so what was written is read again. */
  readonly hasSideEffects: boolean;
  /** CC-08, PO-05: whether the field is synchronised at all for this user. */
  isActive(field: ActField, user: ActUser): boolean;
  /** Reads records with the synchronising user's rights; those that the user cannot read are left out. */
  read(records: ActReads, ids: readonly string[], user: ActUser): Promise<readonly NearRecord[]>;
  /** Looks up what writing these fields of one record or many needs (whose address this is) before the transaction begins; handed to `toRecord`. */
  prepare?(records: ActReads, bags: readonly FieldBag[], user: ActUser): Promise<unknown>;
  /** Columns to write for the fields that changed there; `before` is the record as it stood, undefined for a new one (FM, TK-12). */
  toRecord(
    fields: FieldBag,
    before: NearRecord | undefined,
    user: ActUser,
    prepared: unknown,
  ): Readonly<Record<string, unknown>>;
  /** Writes what is no column of the record itself (files), in the same transaction. */
  writeParts?(
    records: RecordStore,
    id: string,
    /** What the record takes, and what both sides agreed on before. */
    fields: FieldBag,
    agreed: FieldBag,
    item: ActItem | undefined,
    user: ActUser,
  ): Promise<void>;
  /** Columns that say what of the pair is not carried, where they do not say it yet; written with the fields. Undefined when nothing is to be said. */
  notedColumns?(
    near: NearRecord,
    item: ActItem | undefined,
    user: ActUser,
  ): Readonly<Record<string, unknown>> | undefined;
  /** Values as the other side would give them back (AC-19: texts are cut), so that what was written reads as equal. */
  normalize(fields: FieldBag): FieldBag;
  /** AC-12, AA-15, CC-03, TK-09: whether the item is deleted too; otherwise it stays and the link is cut. */
  mayDeleteItem(removal: Removal): boolean;
  /** AA-39, CC-04, TK-11: whether the record is deleted too. */
  mayDeleteRecord(removal: Omit<Removal, 'kind'>): boolean;
  /** AC-26, TK-16: whether a record that no longer fits the filter because it was closed stays linked. */
  staysWhenClosed: boolean;
  /** AA-32: whether changes of the item still reach this record. */
  takesChanges(facts: RecordFacts): boolean;
  /** AA-06, AA-07: whether attendees are told of these changes. */
  notifies(changed: readonly string[], record: NearRecord, user: ActUser): ActNotify;
  /** AA-17, AA-50: whether attendees are told that the item is deleted; nobody when absent. */
  notifiesRemoval?(removal: Removal): ActNotify;
  /** AA-02: the direction of a field for this record alone: an attendee's item follows the organizer's invitation. */
  limitDirection?(field: ActField, direction: DirectionValue, facts: RecordFacts): DirectionValue;
  /** AA-18: whether the item is to go because the record was cancelled. */
  cancelsItem?(record: NearRecord, user: ActUser): boolean;
  /** AA-05, TK-06: when the item reminds its owner; null never, undefined leaves it alone. `isNew` when it is about to be made. */
  remindOn(record: NearRecord, isNew: boolean, user: ActUser): Date | null | undefined;
  /** AA-02: the meeting whose item somebody else's invitation brings, so that none is made here. */
  awaitsMeeting?(record: NearRecord): string | undefined;
  /** AA-42: the record that another participant's tracking made of this meeting. */
  findRecord?(records: ActReads, item: ActItem, user: ActUser): Promise<NearRecord | undefined>;
  /** AA-42: which of these meetings have a record already, one look for all of them; goes with `findRecord`. */
  knownMeetings?(records: ActReads, meetingIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** AA-35, AA-38: why a tracked item of this user cannot become a record; undefined when it can. */
  refuseItem(item: ActItem, user: ActUser): string | undefined;
}
