import { Command } from 'commander';
import type { Filter } from '../../store/record-store.ts';
import { EmailStatus, QuarantineStatus, SendOutcome } from '../../tables/choices.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { printRecord } from './output.ts';

/** `mailroom status`: what works, what waits and what needs a hand, in numbers. */
export function statusCommand(): Command {
  return new Command('status')
    .description('mailboxes, waiting and failed mail, alerts, in numbers')
    .action((_options: unknown, self: Command) => withDatabase(self, status));
}

const is = (column: string, value: number | boolean): Filter => ({ column, operator: 'eq', value });

async function status(context: DatabaseContext): Promise<void> {
  const { records } = context.database;
  const active = is('statecode', 0);
  const [mailboxes, incoming, outgoing, failing, received, sent, waiting, failed, uncertain, quarantined, alerts] =
    await Promise.all([
      records.count('mailbox', active),
      records.count('mailbox', { and: [active, is('enabledforincomingemail', true)] }),
      records.count('mailbox', { and: [active, is('enabledforoutgoingemail', true)] }),
      records.count('mailbox', { and: [active, is('mailboxstatus', 2)] }),
      records.count('email', is('statuscode', EmailStatus.received)),
      records.count('email', is('statuscode', EmailStatus.sent)),
      records.count('email', {
        or: [is('statuscode', EmailStatus.pendingSend), is('statuscode', EmailStatus.sending)],
      }),
      records.count('email', is('statuscode', EmailStatus.failed)),
      records.count('email', is('mr_sendoutcome', SendOutcome.uncertain)),
      records.count('mr_quarantine', {
        or: [is('mr_status', QuarantineStatus.held), is('mr_status', QuarantineStatus.retrying)],
      }),
      records.count('tracelog', { and: [is('level', 3), { column: 'mr_resolvedon', operator: 'null' }] }),
    ]);
  printRecord(context.output, {
    database: context.engine,
    'active mailboxes': mailboxes,
    'enabled for incoming': incoming,
    'enabled for outgoing': outgoing,
    'with a failure': failing,
    'emails received': received,
    'emails sent': sent,
    'emails waiting': waiting,
    'emails failed': failed,
    'sends uncertain': uncertain,
    quarantined,
    'open error alerts': alerts,
  });
}
