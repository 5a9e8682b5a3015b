import { Command } from 'commander';
import { MailroomError } from '../../base/errors.ts';
import { isUuid } from '../../base/uuid.ts';
import { resendEmail, resendFailedEmails } from '../../rules/resend-emails.ts';
import type { RuleContext } from '../../rules/table-rules.ts';
import { resolveUncertainSend } from '../../rules/uncertain-send.ts';
import type { Filter } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { EmailStatus, SendOutcome } from '../../tables/choices.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { findMailbox } from './find-mailbox.ts';
import { choiceLabel } from './labels.ts';
import { printRecord, printRows, shownDate } from './output.ts';
import { withRuledStore } from './with-ruled-store.ts';

type Email = RecordOf<'email'>;

/** What is asked of `mailroom email list` and `resend --all`. */
interface Choice {
  readonly mailbox?: string;
  readonly failed?: boolean;
  readonly uncertain?: boolean;
  readonly code?: string;
  readonly all?: boolean;
}

/** Lines that a list shows at most. */
const mostShown = 200;

/** `mailroom email list|show|resend|send-again|mark-sent|cancel`: outgoing mail that has not left. */
export function emailCommand(): Command {
  const command = new Command('email').description('outgoing mail that waits, failed or is uncertain');
  command
    .command('list')
    .description('mail that waits to be sent; or that failed; or whose fate is unknown')
    .option('--failed', 'mail that failed')
    .option('--uncertain', 'mail of which nobody knows whether it was delivered')
    .option('--mailbox <mailbox>', 'of one mailbox only, by address, name or id')
    .action((choice: Choice, self: Command) => withDatabase(self, (context) => list(context, choice)));
  command
    .command('show <id>')
    .description('one email: what it waits for, what the server said, what became of each recipient')
    .action((id: string, _options: unknown, self: Command) => withDatabase(self, (context) => show(context, id)));
  command
    .command('resend [id]')
    .description('send a failed email again; with --all every failed one')
    .option('--all', 'all that failed')
    .option('--mailbox <mailbox>', 'with --all: of one mailbox only')
    .option('--code <code>', 'with --all: only those that failed with this code')
    .action((id: string | undefined, choice: Choice, self: Command) =>
      withDatabase(self, (context) => (choice.all === true ? resendAll(context, choice) : resendOne(context, id))),
    );
  const deeds = {
    'send-again': ['send an email of unknown fate again', (rules, id) => resolveUncertainSend(rules, id, 'again')],
    'mark-sent': ['say that an email of unknown fate was sent', (rules, id) => resolveUncertainSend(rules, id, 'sent')],
  } as const satisfies Record<string, readonly [string, Deed]>;
  for (const [name, [description, deed]] of Object.entries(deeds)) {
    command
      .command(`${name} <id>`)
      .description(description)
      .action((id: string, _options: unknown, self: Command) =>
        withDatabase(self, (context) => actOn(context, id, deed)),
      );
  }
  command
    .command('cancel <id>')
    .description('take back an email that was not picked yet')
    .action((id: string, _options: unknown, self: Command) => withDatabase(self, (context) => cancel(context, id)));
  return command;
}

type Deed = (rules: RuleContext, id: string) => Promise<void>;

async function list(context: DatabaseContext, choice: Choice): Promise<void> {
  const is = (column: string, value: string | number | boolean): Filter => ({ column, operator: 'eq', value });
  const filter: Filter[] = [is('directioncode', true)];
  if (choice.uncertain === true) filter.push(is('mr_sendoutcome', SendOutcome.uncertain));
  else if (choice.failed === true) filter.push(is('statuscode', EmailStatus.failed));
  else {
    filter.push({ column: 'statuscode', operator: 'in', value: [EmailStatus.pendingSend, EmailStatus.sending] });
  }
  if (choice.mailbox) {
    filter.push(is('sendermailboxid', (await findMailbox(context.database, choice.mailbox)).mailboxid ?? ''));
  }
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: [...shownColumns, 'activityid'],
    filter: { and: filter },
    orderBy: [{ column: 'createdon' }],
    limit: mostShown,
  });
  printRows<Email>(
    context.output,
    page.rows,
    [
      { heading: 'ID', cell: (row) => row.activityid ?? '' },
      { heading: 'SUBJECT', cell: (row) => (row.subject ?? '').slice(0, 40) },
      { heading: 'STATUS', cell: (row) => choiceLabel('email', 'statuscode', row.statuscode) },
      { heading: 'TRIES', cell: (row) => String(row.deliveryattempts ?? 0), align: 'right' },
      { heading: 'NEXT', cell: (row) => shownDate(row.mr_nextattempton) },
      { heading: 'WHY', cell: (row) => (row.mr_waitingreason || row.mr_lasterror || '').slice(0, 100) },
    ],
    'There is no such mail.',
  );
}

const shownColumns = [
  'subject',
  'statuscode',
  'deliveryattempts',
  'mr_queuedon',
  'mr_nextattempton',
  'mr_waitingreason',
  'mr_sendoutcome',
  'mr_lasterror',
  'mr_lasterrorcode',
  'mr_serverreply',
  'messageid',
  'senton',
] as const;

async function show(context: DatabaseContext, id: string): Promise<void> {
  const email = await context.database.records.retrieve('email', checkedId(id), shownColumns);
  if (email === undefined) throw notThere(id);
  const page = await context.database.records.retrieveMultiple({
    table: 'activityparty',
    columns: ['addressused', 'mr_deliverystatus', 'mr_deliveryreply'],
    filter: {
      and: [
        { column: 'activityid', operator: 'eq', value: id },
        { column: 'participationtypemask', operator: 'in', value: [2, 3, 4] },
      ],
    },
  });
  const fate = (party: RecordOf<'activityparty'>): string =>
    `${party.addressused ?? ''}: ${choiceLabel('activityparty', 'mr_deliverystatus', party.mr_deliverystatus ?? 100_000_000)} ${party.mr_deliveryreply ?? ''}`.trim();
  printRecord(context.output, {
    subject: email.subject,
    status: choiceLabel('email', 'statuscode', email.statuscode),
    outcome: choiceLabel('email', 'mr_sendoutcome', email.mr_sendoutcome),
    'asked to be sent': email.mr_queuedon,
    sent: email.senton,
    attempts: email.deliveryattempts,
    'waits for': email.mr_waitingreason,
    'next attempt': email.mr_nextattempton,
    'last error': email.mr_lasterror,
    'error code': email.mr_lasterrorcode,
    'server said': email.mr_serverreply,
    'message id': email.messageid,
    recipients: page.rows.map(fate).join('\n'),
  });
}

async function resendOne(context: DatabaseContext, id: string | undefined): Promise<void> {
  if (id === undefined) {
    throw new MailroomError('Name the email to send again, or give --all.', { code: 'mr_Configuration', kind: 'item' });
  }
  await actOn(context, id, resendEmail);
}

async function resendAll(context: DatabaseContext, choice: Choice): Promise<void> {
  const mailboxid = choice.mailbox ? (await findMailbox(context.database, choice.mailbox)).mailboxid : undefined;
  const which = { mailboxid: mailboxid ?? undefined, errorCode: choice.code };
  const result = await withRuledStore(context, 'outgoing', (store) => resendFailedEmails(store, which));
  printRecord(context.output, {
    'to be sent again': result.resent,
    refused: result.refused,
    'why refused': result.firstRefusal,
  });
}

async function actOn(context: DatabaseContext, id: string, deed: Deed): Promise<void> {
  await withRuledStore(context, 'outgoing', (store) => store.act((rules) => deed(rules, checkedId(id))));
  await show(context, id);
}

async function cancel(context: DatabaseContext, id: string): Promise<void> {
  await withRuledStore(context, 'outgoing', (store) =>
    store.update('email', checkedId(id), { statuscode: EmailStatus.canceled }),
  );
  await show(context, id);
}

function checkedId(id: string): string {
  if (isUuid(id)) return id;
  throw notThere(id);
}

function notThere(id: string): MailroomError {
  return new MailroomError(`There is no email with the id "${id}". "mailroom email list" shows the ids.`, {
    code: 'mr_NotFound',
    kind: 'notFound',
  });
}
