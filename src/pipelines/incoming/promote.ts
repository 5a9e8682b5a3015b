import type { MailAttachment } from '../../contracts/mail-message.ts';
import { cutText } from '../../formats/cut-text.ts';
import type { BlobBody } from '../../store/blob-store.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { CreationState } from '../../tables/choices.ts';
import type { DecidedMail } from './decide-group.ts';
import { attachmentRows, emailRow, partyRows } from './email-rows.ts';
import type { Judging } from './incoming-turn.ts';
import { type KeptAttachments, keepAttachments } from './keep-attachments.ts';
import { linkLate } from './link-late.ts';
import { HashType, mailHashes } from './smart-match.ts';
import type { LinkedMail } from './waiting-mail.ts';

/** The object type code of emails in queue items. */
const emailTypeCode = 4202;

/** Accepted messages as they were written, and those that another worker had written in the meantime. */
export interface Promoted {
  readonly made: readonly { readonly decided: DecidedMail; readonly attachments: KeptAttachments }[];
  /** With the id of the email that is there. */
  readonly overtaken: ReadonlyMap<DecidedMail, string>;
}

/** Makes emails of accepted messages, with parties, attachments, raw message and queue items, in few statements whatever their number (IN-40, QU-03). */
export async function promote(scope: StoreScope, turn: Judging, accepted: readonly DecidedMail[]): Promise<Promoted> {
  if (accepted.length === 0) return { made: [], overtaken: new Map() };
  const ordered = [...accepted].sort((one, other) => (one.identified.identity < other.identified.identity ? -1 : 1));
  const kept = ordered.map((decided) => ({
    decided,
    attachments: keepAttachments(decided.identified.mail.message.attachments, turn.context.settings),
  }));
  const blobs = await storeBodies(scope, kept);
  const rows = blobs.map(({ decided, attachments, raw }) => emailRow(turn, decided, attachments, raw));
  const isMade = await scope.records.createMany('email', rows, { onConflict: 'skip' });
  const made = blobs.filter((_, index) => isMade[index]);
  await scope.records.createMany(
    'activityparty',
    made.flatMap(({ decided }) => partyRows(decided)),
  );
  await scope.records.createMany(
    'activitymimeattachment',
    made.flatMap(({ decided, attachments, bodies }) => attachmentRows(decided, attachments, bodies)),
  );
  const decidedMade = made.map(({ decided }) => decided);
  if (turn.context.settings.smartMatchingEnabled) {
    await scope.records.createMany('emailhash', hashRows(turn, decidedMade));
  }
  await scope.records.createMany('queueitem', queueItemRows(turn, decidedMade));
  const lost = blobs.filter((_, index) => !isMade[index]).map(({ decided }) => decided);
  return { made, overtaken: await idsOf(scope, lost) };
}

/**
 * Links emails that were there before to those just made. It comes last in a transaction: what it locks has other workers with messages
 * of the same threads wait until the commit.
 */
export async function linkEarlier(scope: StoreScope, turn: Judging, made: Promoted['made']): Promise<void> {
  const context = { settings: turn.context.settings, now: turn.context.clock.now() };
  await linkLate(scope, context, linkedMails(made.map(({ decided }) => decided)));
}

/** Queue items of emails that other mailboxes brought (QU-05); a queue that has one gets no second (QU-06). */
export async function addQueueItems(scope: StoreScope, turn: Judging, stored: readonly DecidedMail[]): Promise<void> {
  const ids = stored.flatMap((decided) => (decided.queues.length > 0 ? (decided.emailId ?? []) : []));
  if (ids.length === 0) return;
  await scope.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter: { column: 'activityid', operator: 'in', value: ids },
    lock: 'wait',
  });
  const present = await scope.records.retrieveMultiple({
    table: 'queueitem',
    columns: ['queueid', 'objectid'],
    filter: { column: 'objectid', operator: 'in', value: ids },
  });
  const taken = new Set(present.rows.map((row) => `${row.objectid?.id} ${row.queueid?.id}`));
  const rows = queueItemRows(turn, stored).filter((row) => !taken.has(`${row.objectid?.id} ${row.queueid?.id}`));
  await scope.records.createMany('queueitem', rows);
}

interface WithBodies {
  readonly decided: DecidedMail;
  readonly attachments: KeptAttachments;
  /** Key of the raw message; null for one that came without its bytes. */
  readonly raw: string | null;
  /** Keys of the kept attachments. */
  readonly bodies: readonly string[];
}

async function storeBodies(
  scope: StoreScope,
  kept: readonly { readonly decided: DecidedMail; readonly attachments: KeptAttachments }[],
): Promise<readonly WithBodies[]> {
  const contents = kept.flatMap(({ decided, attachments }): BlobBody[] => {
    const [raw] = rawOf(decided);
    const files = attachments.kept.map((attachment) => bodyOf(attachment, raw));
    const { rawKey } = decided.identified.mail.source;
    return raw === undefined ? files : [rawKey === undefined ? raw : { bytes: raw, sha256: rawKey }, ...files];
  });
  const keys = await scope.blobs.put(contents);
  let at = 0;
  return kept.map(({ decided, attachments }) => {
    const raws = rawOf(decided).length;
    const bodies = keys.slice(at + raws, at + raws + attachments.kept.length);
    const raw = raws === 0 ? null : (keys[at] ?? null);
    at += raws + attachments.kept.length;
    return { decided, attachments, raw, bodies };
  });
}

/** A file stands in the message that is kept beside it; its bytes are stored only where they do not. */
function bodyOf(file: MailAttachment, raw: Buffer | undefined): BlobBody {
  return file.place === undefined || raw === undefined ? file.content : { within: raw, ...file.place };
}

/** The bytes of a message; none for one that a program handed over in parts. */
function rawOf({ identified }: DecidedMail): Buffer[] {
  const { raw } = identified.mail.source;
  return raw.length === 0 ? [] : [raw];
}

function linkedMails(made: readonly DecidedMail[]): readonly LinkedMail[] {
  return made.flatMap(({ emailId, facts, correlation }) =>
    facts === undefined ? [] : [{ id: emailId ?? '', facts, correlation }],
  );
}

function hashRows(turn: Judging, made: readonly DecidedMail[]): RecordOf<'emailhash'>[] {
  return made.flatMap((decided) => {
    if (decided.facts === undefined) return [];
    const hashes = mailHashes(decided.facts, turn.context.settings.hash);
    const row = (hash: number, hashtype: number): RecordOf<'emailhash'> => ({
      activityid: { table: 'activitypointer', id: decided.emailId ?? '' },
      hash,
      hashtype,
      ...(decided.owner === undefined ? {} : { ownerid: decided.owner }),
    });
    return [
      ...hashes.subject.map((hash) => row(hash, HashType.subject)),
      ...hashes.addresses.map((hash) => row(hash, HashType.address)),
    ];
  });
}

function queueItemRows(turn: Judging, mails: readonly DecidedMail[]): RecordOf<'queueitem'>[] {
  return mails.flatMap((decided) => {
    const { mail } = decided.identified;
    const recipients = [...new Set(mail.recipients.map((recipient) => recipient.written.address))].join(';');
    return decided.queues.map((queueid) => ({
      queueid: { table: 'queue', id: queueid },
      objectid: { table: 'email', id: decided.emailId ?? '' },
      objecttypecode: emailTypeCode,
      title: cutText(mail.message.subject, 850),
      sender: cutText(mail.sender?.address ?? '', 250),
      torecipients: cutText(recipients, 500),
      enteredon: turn.context.clock.now(),
      mr_creationstate: turn.directory.get(queueid)?.hasCreationRule ? CreationState.waiting : null,
      ownerid: turn.directory.get(queueid)?.owner ?? decided.owner ?? null,
    }));
  });
}

async function idsOf(scope: StoreScope, lost: readonly DecidedMail[]): Promise<ReadonlyMap<DecidedMail, string>> {
  if (lost.length === 0) return new Map();
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid', 'mr_identity', 'directioncode'],
    filter: { column: 'mr_identity', operator: 'in', value: lost.map((decided) => decided.identified.identity) },
  });
  const keyOf = (identity: string, isOutgoing: boolean): string => `${isOutgoing} ${identity}`;
  const found = new Map(
    page.rows.map((row) => [keyOf(row.mr_identity ?? '', row.directioncode ?? false), row.activityid ?? '']),
  );
  return new Map(
    lost.map((decided) => {
      const { identity, isOutgoing } = decided.identified;
      return [decided, found.get(keyOf(identity, isOutgoing)) ?? ''];
    }),
  );
}
