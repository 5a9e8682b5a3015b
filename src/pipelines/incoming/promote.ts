import { giveWay } from '../../base/give-way.ts';
import type { MailAttachment } from '../../contracts/mail-message.ts';
import { cutText } from '../../formats/cut-text.ts';
import { type BlobPart, type KeyedBytes, keyedBytes } from '../../store/blob-store.ts';
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
  readonly made: readonly WithBodies[];
  /** With the id of the email that is there. */
  readonly overtaken: ReadonlyMap<DecidedMail, string>;
}

/** Makes emails of accepted messages, with parties, attachments, raw message and queue items, in few statements whatever their number (IN-40, QU-03). */
export async function promote(scope: StoreScope, turn: Judging, accepted: readonly DecidedMail[]): Promise<Promoted> {
  const promoted = await makeEmails(scope, turn, accepted);
  await addParts(scope, turn, promoted.made);
  return promoted;
}

/** Emails made from so many messages before others may go first. */
const atATime = 8;

/** The emails and the bodies they point at; the rows are made while the server stores the bodies. */
export async function makeEmails(
  scope: StoreScope,
  turn: Judging,
  accepted: readonly DecidedMail[],
): Promise<Promoted> {
  if (accepted.length === 0) return { made: [], overtaken: new Map() };
  const ordered = [...accepted].sort((one, other) => (one.identified.identity < other.identified.identity ? -1 : 1));
  const kept = ordered.map((decided) => ({
    decided,
    attachments: keepAttachments(decided.identified.mail.message.attachments, turn.context.settings),
  }));
  const { keyed, stored } = storeBodies(scope, kept);
  const [, isMade] = await Promise.all([stored, createEmails(scope, turn, keyed)]);
  const lost = keyed.filter((_, index) => !isMade[index]).map(({ decided }) => decided);
  return { made: keyed.filter((_, index) => isMade[index]), overtaken: await idsOf(scope, lost) };
}

async function createEmails(
  scope: StoreScope,
  turn: Judging,
  keyed: readonly WithBodies[],
): Promise<readonly boolean[]> {
  const rows: RecordOf<'email'>[] = [];
  for (const { decided, attachments, raw } of keyed) {
    rows.push(emailRow(turn, decided, attachments, raw));
    if (rows.length % atATime === 0) await giveWay();
  }
  return scope.records.createMany('email', rows, { onConflict: 'skip' });
}

/** What belongs to new emails: parties, attachments, hashes, queue items. Rows are made while the server writes those before. */
export async function addParts(scope: StoreScope, turn: Judging, made: Promoted['made']): Promise<void> {
  const mails = made.map(({ decided }) => decided);
  const writing: Promise<unknown>[] = [];
  const write = async (started: Promise<unknown>): Promise<void> => {
    started.catch(() => undefined);
    writing.push(started);
    await giveWay();
  };
  await write(scope.records.createMany('activityparty', mails.flatMap(partyRows)));
  await write(scope.records.createMany('queueitem', queueItemRows(turn, mails)));
  const files = made.flatMap(({ decided, attachments, bodies }) => attachmentRows(decided, attachments, bodies));
  await write(scope.records.createMany('activitymimeattachment', files));
  if (turn.context.settings.smartMatchingEnabled) {
    await write(scope.records.createMany('emailhash', hashRows(turn, mails)));
  }
  await Promise.all(writing);
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

/** An accepted message with the keys under which its bytes are stored. */
export interface WithBodies {
  readonly decided: DecidedMail;
  readonly attachments: KeptAttachments;
  /** Key of the raw message; null for one that came without its bytes. */
  readonly raw: string | null;
  /** Keys of the kept attachments. */
  readonly bodies: readonly string[];
}

/** The keys of the bodies, which their bytes tell, and the bodies on their way into the store. */
function storeBodies(
  scope: StoreScope,
  kept: readonly { readonly decided: DecidedMail; readonly attachments: KeptAttachments }[],
): { readonly keyed: readonly WithBodies[]; readonly stored: Promise<unknown> } {
  const contents: (KeyedBytes | BlobPart)[] = [];
  const keyed = kept.map(({ decided, attachments }): WithBodies => {
    const { raw, rawKey } = decided.identified.mail.source;
    // None for one that a program handed over in parts.
    const whole = raw.length === 0 ? undefined : keyedBytes(raw, rawKey);
    const files = attachments.kept.map((file) => bodyOf(file, whole?.bytes));
    contents.push(...(whole === undefined ? [] : [whole]), ...files);
    return { decided, attachments, raw: whole?.sha256 ?? null, bodies: files.map(({ sha256 }) => sha256) };
  });
  return { keyed, stored: scope.blobs.put(contents) };
}

/** A file stands in the message that is kept beside it; its bytes are stored only where they do not. */
function bodyOf(file: MailAttachment, raw: Uint8Array | undefined): KeyedBytes | BlobPart {
  return file.place === undefined || raw === undefined ? keyedBytes(file.content) : { within: raw, ...file.place };
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
