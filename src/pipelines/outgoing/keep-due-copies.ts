import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { MailSender } from '../../contracts/mail-sender.ts';
import type { Filter } from '../../store/record-store.ts';
import { SentCopy } from '../../tables/choices.ts';
import { writeAlert } from '../trace.ts';
import { composeEmail, listAttachments } from './compose.ts';
import { loadParties } from './load-parties.ts';
import { type EmailRow, emailColumns } from './outgoing-email.ts';
import { type OutgoingTurn, withLease } from './outgoing-turn.ts';
import { asClaimed } from './settle-abandoned.ts';

/** Copies that one turn catches up on. */
const mostAtOnce = 50;

/** A copy that could not be stored for so long is given up, milliseconds. */
const longestMs = 3 * 86_400_000;

/** Emails of the mailbox whose copy in the sent folder is due. */
export function dueCopies(mailboxid: string): Filter {
  return {
    and: [
      { column: 'sendermailboxid', operator: 'eq', value: mailboxid },
      { column: 'mr_sentcopy', operator: 'eq', value: SentCopy.due },
    ],
  };
}

/**
 * Stores copies that could not be stored when their emails were sent (OU-14); their trouble is told on the mailbox and troubles
 * nothing else. A server without copies of ours leaves none due.
 */
export async function keepDueCopies(turn: OutgoingTurn, sender: MailSender): Promise<void> {
  const { context } = turn;
  const { database, lease } = context;
  if (sender.keepCopy === undefined) {
    await database.records.updateWhere('email', dueCopies(lease.mailboxid), { mr_sentcopy: null });
    return;
  }
  const page = await database.records.retrieveMultiple({
    table: 'email',
    columns: emailColumns,
    filter: dueCopies(lease.mailboxid),
    orderBy: [{ column: 'createdon' }],
    limit: mostAtOnce,
  });
  if (page.rows.length === 0) return;
  const ids = page.rows.map((row) => row.activityid ?? '');
  const parties = await loadParties(database, ids);
  const attachments = await listAttachments(database, ids);
  for (const row of page.rows) {
    const id = row.activityid ?? '';
    if (context.signal.aborted) return;
    try {
      const email = asClaimed(turn, row, parties);
      const sentOn = row.senton ?? context.clock.now();
      const mail = await composeEmail(database, email, attachments.get(id) ?? [], sentOn);
      await sender.keepCopy(mail, context.signal);
      await note(turn, row, SentCopy.kept);
    } catch (thrown) {
      const error = asMailroomError(thrown);
      const isOld = context.clock.now().getTime() - (row.senton?.getTime() ?? 0) > longestMs;
      if (error.kind === 'item' || isOld) await note(turn, row, SentCopy.givenUp);
      await tell(turn, row, error, isOld);
      if (error.kind !== 'item') return;
    }
  }
}

async function note(turn: OutgoingTurn, row: EmailRow, mr_sentcopy: number): Promise<void> {
  await turn.context.database.records
    .as(turn.context.systemUserId)
    .update('email', row.activityid ?? '', { mr_sentcopy });
}

function tell(turn: OutgoingTurn, row: EmailRow, error: MailroomError, isOld: boolean): Promise<void> {
  const { context } = turn;
  const next = isOld ? 'It is given up.' : 'It is tried again with the next turns.';
  return withLease(context, (scope) =>
    writeAlert(scope, context.settings, context.clock.now(), {
      level: 'warning',
      code: 'mr_SentCopy',
      text: `A copy of the email "${(row.subject ?? '').slice(0, 200)}" could not be stored in the sent folder of ${context.mailbox.emailaddress ?? 'the mailbox'}: ${error.message} The email itself was sent. ${next}`,
      regarding: { table: 'mailbox', id: context.lease.mailboxid },
      regardingOwner: context.mailbox.ownerid,
      work: 'outgoing',
      details: error.serverReply,
    }),
  );
}
