import { randomUUID } from 'node:crypto';
import type { FieldBag } from '../../contracts/act-fields.ts';
import type { ActFolder, ActResponse } from '../../contracts/act-item.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { UserDecision } from '../../tables/choices.ts';
import type { RecordFacts } from './act-type.ts';
import { type Link, type LinkMemory, type LinkStateValue, MeetingResponse, noMemory } from './link.ts';

type Row = RecordOf<'exchangesyncidmapping'>;

/** What of a link is written; what is absent stays. */
export interface LinkValues {
  readonly state?: LinkStateValue;
  readonly itemId?: string | null;
  readonly changeKey?: string | null;
  readonly recordId?: string | null;
  readonly objectTypeCode?: number;
  readonly version?: bigint | null;
  readonly isMarked?: boolean;
  readonly isMadeHere?: boolean;
  readonly agreed?: FieldBag;
  readonly pending?: FieldBag | null;
  readonly facts?: RecordFacts;
  readonly title?: string;
  readonly conflict?: unknown;
  readonly syncedOn?: Date;
  /** How the user's answer stands there now. */
  readonly myResponse?: ActResponse;
  /** Clears what failed before. */
  readonly isWell?: boolean;
}

const light = Object.freeze([
  ...(['exchangesyncidmappingid', 'exchangeentryid', 'objectid', 'objecttypecode', 'mr_changekey', 'retries'] as const),
  ...([
    'mr_recordversion',
    'mr_linkstate',
    'mr_ismarked',
    'mr_iscovered',
    'mr_nexttryon',
    'mr_response',
    'userdecision',
  ] as const),
]);

/** All links of a folder of a mailbox, without what they remember. */
export async function readLinks(
  records: Pick<RecordStore, 'retrieveMultiple'>,
  mailboxid: string,
  folder: ActFolder,
): Promise<readonly Link[]> {
  const links: Link[] = [];
  let after: string | undefined;
  do {
    const page = await records.retrieveMultiple({
      table: 'exchangesyncidmapping',
      columns: light,
      filter: {
        and: [
          { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
          { column: 'mr_foldername', operator: 'eq', value: folder },
        ],
      },
      ...(after === undefined ? {} : { after }),
    });
    links.push(...page.rows.map(linkOf));
    after = page.next;
  } while (after !== undefined);
  return links;
}

const responses = Object.keys(MeetingResponse) as ActResponse[];

function linkOf(row: Row): Link {
  return {
    id: row.exchangesyncidmappingid ?? '',
    state: (row.mr_linkstate ?? 0) as LinkStateValue,
    itemId: row.exchangeentryid ?? null,
    changeKey: row.mr_changekey ?? null,
    recordId: row.objectid ?? null,
    objectTypeCode: row.objecttypecode ?? null,
    version: row.mr_recordversion ?? null,
    isMarked: row.mr_ismarked ?? false,
    isCovered: row.mr_iscovered ?? false,
    retries: row.retries ?? 0,
    nextTryOn: row.mr_nexttryon ?? null,
    isDecided: row.userdecision === UserDecision.ignore,
    response:
      row.mr_response == null ? null : (responses.find((one) => MeetingResponse[one] === row.mr_response) ?? null),
  };
}

const remembered = Object.freeze([
  ...(['exchangesyncidmappingid', 'mr_agreed', 'mr_pending'] as const),
  ...(['mr_facts', 'mr_lastconflict', 'mr_responsecomment'] as const),
]);

/** What some links remember, by id. */
export async function readMemories(
  records: Pick<RecordStore, 'retrieveMultiple'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LinkMemory>> {
  const memories = new Map<string, LinkMemory>();
  for (let start = 0; start < ids.length; start += 500) {
    const page = await records.retrieveMultiple({
      table: 'exchangesyncidmapping',
      columns: remembered,
      filter: { column: 'exchangesyncidmappingid', operator: 'in', value: ids.slice(start, start + 500) },
    });
    for (const row of page.rows) {
      memories.set(row.exchangesyncidmappingid ?? '', {
        agreed: bagOf(row.mr_agreed) ?? {},
        pending: bagOf(row.mr_pending),
        conflicts: row.mr_lastconflict ? (JSON.parse(row.mr_lastconflict) as unknown[]) : [],
        responseComment: row.mr_responsecomment ?? '',
        facts: row.mr_facts ? (JSON.parse(row.mr_facts) as RecordFacts) : noMemory.facts,
      });
    }
  }
  return memories;
}

const bagOf = (text: string | null | undefined): FieldBag | undefined =>
  text ? (JSON.parse(text) as FieldBag) : undefined;

/** Whose a link is. */
export interface LinkOwner {
  readonly mailboxid: string;
  readonly folder: ActFolder;
  readonly systemuserid: string;
}

/** Makes a link and returns its id. */
export async function createLink(records: RecordStore, of: LinkOwner, values: LinkValues): Promise<string> {
  const id = randomUUID();
  await records.create('exchangesyncidmapping', rowOf(id, of, values));
  return id;
}

/** Makes links in one statement and returns their ids, in order. */
export async function createLinks(
  records: RecordStore,
  of: LinkOwner,
  all: readonly LinkValues[],
): Promise<readonly string[]> {
  const rows = all.map((values) => ({ id: randomUUID(), values }));
  await records.createMany(
    'exchangesyncidmapping',
    rows.map(({ id, values }) => rowOf(id, of, values)),
  );
  return rows.map(({ id }) => id);
}

const rowOf = (id: string, of: LinkOwner, values: LinkValues): Row => ({
  exchangesyncidmappingid: id,
  ownerid: { table: 'systemuser', id: of.systemuserid },
  mr_mailboxid: of.mailboxid,
  mr_foldername: of.folder,
  ...columnsOf(values),
});

/** Writes what changed of a link. */
export async function updateLink(records: RecordStore, id: string, values: LinkValues): Promise<void> {
  await records.update('exchangesyncidmapping', id, columnsOf(values));
}

/** What is to be written of one link. */
export interface LinkUpdate {
  readonly id: string;
  readonly values: LinkValues;
}

/** Writes what changed of many links, a statement for each set of columns. */
export async function updateLinks(records: RecordStore, updates: readonly LinkUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await records.updateMany(
    'exchangesyncidmapping',
    updates.map(({ id, values }) => ({ id, values: columnsOf(values) })),
  );
}

function columnsOf(values: LinkValues): Row {
  const row: Row = {};
  if (values.state !== undefined) row.mr_linkstate = values.state;
  if (values.itemId !== undefined) row.exchangeentryid = values.itemId;
  if (values.changeKey !== undefined) row.mr_changekey = values.changeKey;
  if (values.recordId !== undefined) row.objectid = values.recordId;
  if (values.objectTypeCode !== undefined) row.objecttypecode = values.objectTypeCode;
  if (values.version !== undefined) row.mr_recordversion = values.version;
  if (values.isMarked !== undefined) row.mr_ismarked = values.isMarked;
  if (values.isMadeHere !== undefined) row.mr_ismadehere = values.isMadeHere;
  if (values.agreed !== undefined) row.mr_agreed = JSON.stringify(values.agreed);
  if (values.pending !== undefined) row.mr_pending = values.pending === null ? null : JSON.stringify(values.pending);
  if (values.facts !== undefined) row.mr_facts = JSON.stringify(values.facts);
  if (values.title !== undefined) row.itemsubject = values.title.slice(0, 2048);
  if (values.conflict !== undefined) row.mr_lastconflict = JSON.stringify(values.conflict);
  if (values.syncedOn !== undefined) row.mr_lastsyncedon = values.syncedOn;
  if (values.myResponse !== undefined) row.mr_myresponse = MeetingResponse[values.myResponse];
  if (values.isWell === true)
    Object.assign(row, { retries: 0, mr_nexttryon: null, lastsyncerror: null, lastsyncerrorcode: null });
  return row;
}
