import type { MailroomError } from '../../base/errors.ts';
import { cutText } from '../../formats/cut-text.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { QuarantineStatus } from '../../tables/choices.ts';
import { writeAlert } from '../trace.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/** A message that could not be processed, and why. */
export interface BrokenMail {
  readonly serverId: string;
  /** Absent when the bytes could not be had. */
  readonly raw: Buffer | undefined;
  readonly sizeBytes: number;
  readonly messageId: string;
  readonly subject: string;
  readonly sender: string;
  readonly error: MailroomError;
}

/** What the quarantine knows of a message of this mailbox that is not done with. */
export interface OpenQuarantine {
  readonly id: string;
  readonly serverId: string;
  /** QuarantineStatus.retrying or releaseAsked. */
  readonly status: number;
  readonly rawBlob: string | undefined;
  /** Of the whole message; 0 when unknown. */
  readonly sizeBytes: number;
  readonly nextAttemptOn: Date | undefined;
}

/** Tries of one message before it is held for somebody to look at (SC-14). */
const mostAttempts = 5;

/** Time between two tries, milliseconds: five tries in some 15 minutes (SC-14). */
const retryDelayMs = 225_000;

/** Code of a message that is no longer on its server. */
export const goneCode = 'mr_GoneFromServer';

/** Faults that no further try can mend. */
const lastingCodes = new Set(['8005E237', goneCode]);

/** Messages of the mailbox that wait for another try or were released (SC-14). */
export async function readOpenQuarantine(scope: StoreScope, mailboxid: string): Promise<readonly OpenQuarantine[]> {
  const page = await scope.records.retrieveMultiple({
    table: 'mr_quarantine',
    columns: ['mr_quarantineid', 'mr_serverid', 'mr_status', 'mr_rawblob', 'mr_sizebytes', 'mr_nextattempton'],
    filter: {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
        { column: 'mr_status', operator: 'in', value: [QuarantineStatus.retrying, QuarantineStatus.releaseAsked] },
      ],
    },
    orderBy: [{ column: 'mr_nextattempton' }],
  });
  return page.rows.map((row) => ({
    id: row.mr_quarantineid ?? '',
    serverId: row.mr_serverid ?? '',
    status: row.mr_status ?? QuarantineStatus.retrying,
    rawBlob: row.mr_rawblob ?? undefined,
    sizeBytes: row.mr_sizebytes ?? 0,
    nextAttemptOn: row.mr_nextattempton ?? undefined,
  }));
}

/** Whether a quarantined message is to be tried now. */
export function isDue(open: OpenQuarantine, now: Date): boolean {
  if (open.status === QuarantineStatus.releaseAsked) return true;
  return (open.nextAttemptOn?.getTime() ?? 0) <= now.getTime();
}

/**
 * Puts messages that could not be processed into the quarantine, counts their tries and tells the owner (SC-14, PAIN-02), in the
 * caller's transaction. Returns the server ids of those that need not be fetched again: their bytes are kept, or they are held.
 */
export async function quarantine(
  scope: StoreScope,
  turn: IncomingTurn,
  broken: readonly BrokenMail[],
): Promise<readonly string[]> {
  if (broken.length === 0) return [];
  const keys = await keepRaw(scope, broken);
  const earlier = await readAttempts(scope, turn.mailboxid, broken);
  const settled: string[] = [];
  for (const mail of broken) {
    const before = earlier.get(mail.serverId);
    const attempts = (before?.mr_attempts ?? 0) + 1;
    const isHeld =
      attempts >= mostAttempts ||
      lastingCodes.has(mail.error.code) ||
      before?.mr_status === QuarantineStatus.releaseAsked;
    const row = quarantineRow(turn, mail, attempts, isHeld, keys.get(mail) ?? before?.mr_rawblob ?? undefined);
    if (before?.mr_quarantineid) await scope.records.update('mr_quarantine', before.mr_quarantineid, row);
    else await scope.records.create('mr_quarantine', row);
    if (isHeld || row.mr_rawblob) settled.push(mail.serverId);
    await tell(scope, turn, mail, isHeld);
  }
  return settled;
}

/** Closes the quarantine of a message that went through. */
export async function release(scope: StoreScope, quarantineId: string, emailId: string | undefined): Promise<void> {
  await scope.records.update('mr_quarantine', quarantineId, {
    mr_status: QuarantineStatus.released,
    mr_nextattempton: null,
    mr_emailid: emailId === undefined ? null : { table: 'email', id: emailId },
  });
}

async function keepRaw(scope: StoreScope, broken: readonly BrokenMail[]): Promise<ReadonlyMap<BrokenMail, string>> {
  const withBytes = broken.flatMap((mail) => (mail.raw === undefined ? [] : [{ mail, raw: mail.raw }]));
  if (withBytes.length === 0) return new Map();
  const keys = await scope.blobs.put(withBytes.map(({ raw }) => raw));
  return new Map(withBytes.map(({ mail }, index) => [mail, keys[index] ?? '']));
}

async function readAttempts(
  scope: StoreScope,
  mailboxid: string,
  broken: readonly BrokenMail[],
): Promise<ReadonlyMap<string, RecordOf<'mr_quarantine'>>> {
  const page = await scope.records.retrieveMultiple({
    table: 'mr_quarantine',
    columns: ['mr_quarantineid', 'mr_serverid', 'mr_attempts', 'mr_status', 'mr_rawblob'],
    filter: {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
        { column: 'mr_serverid', operator: 'in', value: broken.map((mail) => mail.serverId) },
      ],
    },
  });
  return new Map(page.rows.map((row) => [row.mr_serverid ?? '', row]));
}

function quarantineRow(
  turn: IncomingTurn,
  mail: BrokenMail,
  attempts: number,
  isHeld: boolean,
  rawBlob: string | undefined,
): RecordOf<'mr_quarantine'> {
  const now = turn.context.clock.now();
  return {
    mr_mailboxid: { table: 'mailbox', id: turn.mailboxid },
    mr_serverid: cutText(mail.serverId, 1024),
    mr_messageid: cutText(mail.messageId, 320) || null,
    mr_subject: cutText(mail.subject, 800) || null,
    mr_sender: cutText(mail.sender, 320) || null,
    mr_sizebytes: Math.min(mail.sizeBytes, 2_147_483_647),
    mr_rawblob: rawBlob ?? null,
    mr_cause: cutText(mail.error.message, 4000),
    mr_causecode: cutText(mail.error.code, 100),
    mr_attempts: attempts,
    mr_status: isHeld ? QuarantineStatus.held : QuarantineStatus.retrying,
    mr_nextattempton: isHeld ? null : new Date(now.getTime() + retryDelayMs),
    mr_movedue: isHeld && rawBlob !== undefined && turn.context.profile.moveundeliveredemails === true,
  };
}

async function tell(scope: StoreScope, turn: IncomingTurn, mail: BrokenMail, isHeld: boolean): Promise<void> {
  const { context, mailboxid } = turn;
  const named = mail.subject === '' ? 'A message without subject' : `The message "${cutText(mail.subject, 200)}"`;
  const next = isHeld
    ? 'It is held in the quarantine with its original; the mailbox goes on. Release it there once the cause is mended.'
    : 'It is tried again by itself; the mailbox goes on.';
  const quiet = mail.error.code === 'InvalidSender' ? 'information' : 'warning';
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: isHeld ? 'error' : quiet,
    code: mail.error.code,
    text: `${named} in mailbox "${context.mailbox.name ?? ''}" could not be processed. ${cutText(mail.error.message, 1000)} ${next}`,
    regarding: { table: 'mailbox', id: mailboxid },
    regardingOwner: context.mailbox.ownerid,
    details: mail.error.serverReply,
  });
}
