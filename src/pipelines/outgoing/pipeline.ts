import { randomBytes, randomUUID } from 'node:crypto';
import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { Connector } from '../../contracts/connector.ts';
import type { MailSender } from '../../contracts/mail-sender.ts';
import { EmailStatus } from '../../tables/choices.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../turn.ts';
import { dueFilter } from './due-filter.ts';
import { type OutgoingDependencies, startOutgoingTurn, withLease } from './outgoing-turn.ts';
import { reportUncertain } from './report.ts';
import { sendDueEmails } from './send-due-emails.ts';
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
 * One outgoing turn of one mailbox: emails left by a dead lease are shown as uncertain, then what is due is claimed,
 * composed, sent and reported (OU-03 to OU-13).
 */
export const runOutgoingTurn: RunTurn = createOutgoingTurn({ randomId: randomUUID, randomBytes });

async function runTurn(context: TurnContext, deps: OutgoingDependencies): Promise<TurnOutcome> {
  const queue = await lookAtQueue(context);
  if (queue === 'empty') return { itemsProcessed: 0, itemsFailed: 0, more: false };
  const abandoned = await settleAbandoned(context);
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
    const turn = await startOutgoingTurn(context, deps);
    const done = await sendDueEmails(turn, senderOf(context, connector));
    const nextDueOn = done.more ? undefined : await nextWaitingOn(context);
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

/** Emails still Sending at the start of a turn were on the wire of a worker that died: their fate is unknown (OU-06, PAIN-11). */
async function settleAbandoned(context: TurnContext): Promise<number> {
  return withLease(context, async (scope) => {
    const page = await scope.records.retrieveMultiple({
      table: 'email',
      columns: ['activityid', 'subject', 'ownerid', 'deliveryattempts'],
      filter: {
        and: [
          { column: 'sendermailboxid', operator: 'eq', value: context.lease.mailboxid },
          { column: 'statuscode', operator: 'eq', value: EmailStatus.sending },
          { column: 'directioncode', operator: 'eq', value: true },
        ],
      },
    });
    for (const row of page.rows) {
      const reason = 'the service stopped while it was being handed to the mail server.';
      const attempts = (row.deliveryattempts ?? 0) + 1;
      await reportUncertain(scope, context, row, { code: 'mr_SendUncertain', reason, attempts });
    }
    return page.rows.length;
  });
}

function senderOf(context: TurnContext, connector: Connector): MailSender {
  if (connector.sender !== undefined) return connector.sender;
  throw new MailroomError(
    `The profile "${context.profile.name ?? ''}" has no way to send mail. Choose a profile with an outgoing server.`,
    { code: '8005E226', kind: 'configuration' },
  );
}
