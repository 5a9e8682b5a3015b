import { randomBytes, randomUUID } from 'node:crypto';
import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { Connector } from '../../contracts/connector.ts';
import type { MailSender } from '../../contracts/mail-sender.ts';
import type { Filter } from '../../store/record-store.ts';
import { EmailStatus } from '../../tables/choices.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../turn.ts';
import { dueFilter } from './due-filter.ts';
import { type OutgoingDependencies, startOutgoingTurn } from './outgoing-turn.ts';
import { sendDueEmails } from './send-due-emails.ts';
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
  const queue = await lookAtQueue(context);
  if (queue === 'empty') return { itemsProcessed: 0, itemsFailed: 0, more: false };
  const turn = await startOutgoingTurn(context, deps);
  const abandoned = await settleAbandoned(turn);
  if (!(await isAnythingDue(context))) {
    const nextDueOn = await nextWaitingOn(context);
    return { itemsProcessed: 0, itemsFailed: abandoned, more: false, nextDueOn };
  }
  let connector: Connector;
  try {
    connector = await context.connect('outgoing', context.signal);
  } catch (thrown) {
    return { itemsProcessed: 0, itemsFailed: abandoned, more: false, error: asMailroomError(thrown) };
  }
  try {
    const done = await sendDueEmails(turn, senderOf(context, connector));
    if (done.nextDueOn !== undefined) await tellOfPause(context);
    const nextDueOn = done.more ? undefined : (done.nextDueOn ?? (await nextWaitingOn(context)));
    return { ...done, itemsFailed: done.itemsFailed + abandoned, nextDueOn };
  } finally {
    await connector.close().catch(() => connector.abort());
  }
}

/** One look that most turns of most mailboxes end with. */
async function lookAtQueue(context: TurnContext): Promise<'empty' | 'filled'> {
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter: {
      and: [
        { column: 'sendermailboxid', operator: 'eq', value: context.lease.mailboxid },
        { column: 'statuscode', operator: 'in', value: [EmailStatus.pendingSend, EmailStatus.sending] },
        { column: 'directioncode', operator: 'eq', value: true },
      ],
    },
    limit: 1,
  });
  return page.rows.length === 0 ? 'empty' : 'filled';
}

async function isAnythingDue(context: TurnContext): Promise<boolean> {
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter: dueFilter(context.lease.mailboxid, context.clock.now()),
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

function senderOf(context: TurnContext, connector: Connector): MailSender {
  if (connector.sender !== undefined) return connector.sender;
  throw new MailroomError(
    `The profile "${context.profile.name ?? ''}" has no way to send mail. Choose a profile with an outgoing server.`,
    { code: '8005E226', kind: 'configuration' },
  );
}
