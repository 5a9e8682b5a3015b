import { giveWay } from '../../base/give-way.ts';
import type { MailAttachment } from '../../contracts/mail-message.ts';
import { cutText } from '../../formats/cut-text.ts';
import { type BlobPart, type KeyedBytes, keyedBytes } from '../../store/blob-store.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { RecordOf, TableName } from '../../tables/catalog.ts';
import { CreationState } from '../../tables/choices.ts';
import type { DecidedMail } from './decide-group.ts';
import { attachmentRows, emailRow, partyRows } from './email-rows.ts';
import type { Judging } from './incoming-turn.ts';
import { type KeptAttachments, keepAttachments } from './keep-attachments.ts';
import { HashType, mailHashes } from './smart-match.ts';

/** The object type code of emails in queue items. */
const emailTypeCode = 4202;

/** Emails made from so many messages before others may go first. */
const atATime = 8;

/** An accepted message with the keys under which its bytes are stored. */
export interface DraftedEmail {
  readonly decided: DecidedMail;
  readonly attachments: KeptAttachments;
  /** Key of the raw message; null for one that came without its bytes. */
  readonly raw: string | null;
  /** Keys of the kept attachments. */
  readonly bodies: readonly string[];
}

/** Accepted messages about to be written. */
export interface Drafts {
  readonly emails: readonly DraftedEmail[];
  /** Raw messages and attachments. */
  readonly contents: readonly (KeyedBytes | BlobPart)[];
}

/** Rows of one table. */
export interface RowsOf<N extends TableName = TableName> {
  readonly table: N;
  readonly rows: readonly RecordOf<N>[];
}

/** Accepted messages in the order in which they are written, the same for all workers. */
export function draftEmails(turn: Judging, accepted: readonly DecidedMail[]): Drafts {
  const ordered = [...accepted].sort((one, other) => (one.identified.identity < other.identified.identity ? -1 : 1));
  const contents: (KeyedBytes | BlobPart)[] = [];
  const emails = ordered.map((decided): DraftedEmail => {
    const { message, source } = decided.identified.mail;
    const attachments = keepAttachments(message.attachments, turn.context.settings);
    // No bytes where a program handed the message over in parts.
    const whole = source.raw.length === 0 ? undefined : keyedBytes(source.raw, source.rawKey);
    const files = attachments.kept.map((file) => bodyOf(file, whole?.bytes));
    contents.push(...(whole === undefined ? [] : [whole]), ...files);
    return { decided, attachments, raw: whole?.sha256 ?? null, bodies: files.map(({ sha256 }) => sha256) };
  });
  return { emails, contents };
}

/** A file stands in the message that is kept beside it; its bytes are stored only where they do not. */
function bodyOf(file: MailAttachment, raw: Uint8Array | undefined): KeyedBytes | BlobPart {
  return file.place === undefined || raw === undefined ? keyedBytes(file.content) : { within: raw, ...file.place };
}

/** The rows of emails, made in pieces. */
export async function emailRows(turn: Judging, emails: readonly DraftedEmail[]): Promise<RowsOf<'email'>> {
  const rows: RecordOf<'email'>[] = [];
  for (const { decided, attachments, raw } of emails) {
    rows.push(emailRow(turn, decided, attachments, raw));
    if (rows.length % atATime === 0) await giveWay();
  }
  return { table: 'email', rows };
}

/** The rows of what belongs to emails: parties, queue items, attachments, hashes; a table at a time. */
export function* partsOf(turn: Judging, made: readonly DraftedEmail[]): Generator<RowsOf> {
  const mails = made.map(({ decided }) => decided);
  yield { table: 'activityparty', rows: mails.flatMap(partyRows) };
  yield { table: 'queueitem', rows: queueItemRows(turn, mails) };
  const files = made.flatMap(({ decided, attachments, bodies }) => attachmentRows(decided, attachments, bodies));
  yield { table: 'activitymimeattachment', rows: files };
  if (turn.context.settings.smartMatchingEnabled) yield { table: 'emailhash', rows: hashRows(turn, mails) };
}

/** Rows on their way into the store; those of a table are made while the server writes those before. */
export async function addParts(scope: StoreScope, parts: Iterable<RowsOf>): Promise<void> {
  const writing: Promise<unknown>[] = [];
  for (const { table, rows } of parts) {
    const written = scope.records.createMany(table, rows);
    written.catch(() => undefined);
    writing.push(written);
    await giveWay();
  }
  await Promise.all(writing);
}

/** Has rows checked and encoded before their transaction. */
export async function prepareRows(records: RecordStore, parts: Iterable<RowsOf>): Promise<readonly RowsOf[]> {
  const prepared: RowsOf[] = [];
  for (const one of parts) {
    records.prepareMany(one.table, one.rows);
    prepared.push(one);
    await giveWay();
  }
  return prepared;
}

/** Queue items of emails, in the queues that were decided. */
export function queueItemRows(turn: Judging, mails: readonly DecidedMail[]): RecordOf<'queueitem'>[] {
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
