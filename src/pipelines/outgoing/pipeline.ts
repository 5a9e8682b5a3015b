import { randomBytes, randomUUID } from 'node:crypto';
import { asMailroomError } from '../../base/errors.ts';
import type { MailSender } from '../../contracts/mail-sender.ts';
import type { Filter } from '../../store/record-store.ts';
import { EmailStatus } from '../../tables/choices.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../turn.ts';
import { dueFilter } from './due-filter.ts';
import { dueCopies, keepDueCopies } from './keep-due-copies.ts';
import { type OutgoingDependencies, type OutgoingTurn, startOutgoingTurn } from './outgoing-turn.ts';
import { sendDueEmails } from './send-due-emails.ts';
import { ServerLine } from './server-line.ts';
import { settleAbandoned } from './settle-abandoned.ts';
import { nextWaitingOn } from './waiting-emails.ts';

/** Makes the outgoing pipeline with its sources of chance. */
export function createOutgoingTurn(deps: OutgoingDependencies): RunTurn {
  return async (context) => {
    try {
      return await runTurn(context, deps);
    } catch (thrown) {
      return { itemsProcessed: 0, itemsFailed: 0, more: false, error: asMailroomError(thrown) };
    }
  };
}

/**
 * One outgoing turn of one mailbox: emails left by a dead worker are settled, then what is due is claimed,
 * composed, sent and reported (OU-03 to OU-13).
 */
export const runOutgoingTurn: RunTurn = createOutgoingTurn({ randomId: randomUUID, randomBytes });

async function runTurn(context: TurnContext, deps: OutgoingDependencies): Promise<TurnOutcome> {
  const nothing: TurnOutcome = { itemsProcessed: 0, itemsFailed: 0, more: false };
  if ((await lookAtQueue(context)) === 'empty') return nothing;
  const turn = await startOutgoingTurn(context, deps);
  const line = new ServerLine(context);
  try {
    const abandoned = await settleAbandoned(turn, (messageIds) => line.lookUp(messageIds));
    const done = await sendOverLine(turn, line);
    return { ...done, itemsFailed: done.itemsFailed + abandoned, error: done.error ?? line.trouble };
  } finally {
    await line.close();
  }
}

async function sendOverLine(turn: OutgoingTurn, line: ServerLine): Promise<TurnOutcome> {
  const { context } = turn;
  const nothing: TurnOutcome = { itemsProcessed: 0, itemsFailed: 0, more: false };
  const isDue = await isAny(context, dueFilter(context.lease.mailboxid, context.clock.now()));
  if (!isDue && !(await isAny(context, dueCopies(context.lease.mailboxid)))) {
    return { ...nothing, nextDueOn: await nextWaitingOn(context) };
  }
  let sender: MailSender;
  try {
    sender = await line.sender();
  } catch (thrown) {
    return { ...nothing, error: asMailroomError(thrown) };
  }
  const done = isDue ? await sendDueEmails(turn, sender) : nothing;
  if (done.error === undefined) await keepDueCopies(turn, sender);
  if (done.nextDueOn !== undefined) await tellOfPause(context);
  const nextDueOn = done.more ? undefined : (done.nextDueOn ?? (await nextWaitingOn(context)));
  return { ...done, nextDueOn };
}

/** One look that most turns of most mailboxes end with. */
async function lookAtQueue(context: TurnContext): Promise<'empty' | 'filled'> {
  const { mailboxid } = context.lease;
  const waiting: Filter = {
    and: [
      { column: 'sendermailboxid', operator: 'eq', value: mailboxid },
      { column: 'statuscode', operator: 'in', value: [EmailStatus.pendingSend, EmailStatus.sending] },
      { column: 'directioncode', operator: 'eq', value: true },
    ],
  };
  return (await isAny(context, { or: [waiting, dueCopies(mailboxid)] })) ? 'filled' : 'empty';
}

async function isAny(context: TurnContext, filter: Filter): Promise<boolean> {
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter,
    limit: 1,
  });
  return page.rows.length > 0;
}

/** Emails that wait because the profile's limit is used up say so. */
async function tellOfPause(context: TurnContext): Promise<void> {
  const { profile, lease, clock } = context;
  const reason = `The limit of ${profile.mr_maxemailsperminute} emails a minute of profile "${profile.name ?? ''}" is used up; the rest goes in the next minutes.`;
  const toldOtherwise: Filter = {
    or: [
      { column: 'mr_waitingreason', operator: 'null' },
      { column: 'mr_waitingreason', operator: 'ne', value: reason },
    ],
  };
  await context.database.records
    .as(context.systemUserId)
    .updateWhere(
      'email',
      { and: [dueFilter(lease.mailboxid, clock.now()), toldOtherwise] },
      { mr_waitingreason: reason, mr_nextattempton: null },
    );
}
