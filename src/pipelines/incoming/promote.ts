import type { StoreScope } from '../../store/database.ts';
import type { DecidedMail } from './decide-group.ts';
import type { Judging } from './incoming-turn.ts';
import { linkLate } from './link-late.ts';
import {
  addParts,
  type DraftedEmail,
  draftEmails,
  emailRows,
  partsOf,
  prepareRows,
  queueItemRows,
  type RowsOf,
} from './make-emails.ts';
import type { LinkedMail } from './waiting-mail.ts';

/** Accepted messages as they were written, and those that another worker had written in the meantime. */
export interface Promoted {
  readonly made: readonly DraftedEmail[];
  /** With the id of the email that is there. */
  readonly overtaken: ReadonlyMap<DecidedMail, string>;
}

/** Makes emails of accepted messages, with parties, attachments, raw message and queue items, in few statements whatever their number (IN-40, QU-03). */
export async function promote(scope: StoreScope, turn: Judging, accepted: readonly DecidedMail[]): Promise<Promoted> {
  const promoted = await writeEmails(scope, turn, accepted);
  await addParts(scope, partsOf(turn, promoted.made));
  return promoted;
}

/** The emails and the bodies they point at, without their parts; rows are made while the server stores the bodies. */
export async function writeEmails(
  scope: StoreScope,
  turn: Judging,
  accepted: readonly DecidedMail[],
): Promise<Promoted> {
  if (accepted.length === 0) return { made: [], overtaken: new Map() };
  const { emails, contents } = draftEmails(turn, accepted);
  const [{ rows }] = await Promise.all([makeRows(scope, turn, emails), scope.blobs.put(contents)]);
  const isMade = await scope.records.createMany('email', rows, skipping);
  const lost = emails.filter((_, index) => !isMade[index]).map(({ decided }) => decided);
  return { made: emails.filter((_, index) => isMade[index]), overtaken: await idsOf(scope, lost) };
}

async function makeRows(scope: StoreScope, turn: Judging, emails: readonly DraftedEmail[]): Promise<RowsOf<'email'>> {
  const made = await emailRows(turn, emails);
  await prepareRows(scope.records, [made]);
  return made;
}

/** What others wrote first stays. */
export const skipping = { onConflict: 'skip' } as const;

/**
 * Links emails that were there before to those just made, and tells whether that may have changed where other messages belong. It comes
 * last in a transaction: what it locks has other workers with messages of the same threads wait until the commit.
 */
export async function linkEarlier(scope: StoreScope, turn: Judging, made: Promoted['made']): Promise<boolean> {
  const context = { settings: turn.context.settings, now: turn.context.clock.now() };
  return linkLate(scope, context, linkedMails(made.map(({ decided }) => decided)));
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

function linkedMails(made: readonly DecidedMail[]): readonly LinkedMail[] {
  return made.flatMap(({ emailId, facts, correlation }) =>
    facts === undefined ? [] : [{ id: emailId ?? '', facts, correlation }],
  );
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
