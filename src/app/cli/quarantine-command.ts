import { Command } from 'commander';
import type { Filter } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { QuarantineStatus } from '../../tables/choices.ts';
import { type DatabaseContext, pickOne, withDatabase } from './command-context.ts';
import { findMailbox } from './find-mailbox.ts';
import { choiceLabel } from './labels.ts';
import { printRecord, printRows, shownDate } from './output.ts';
import { withRuledStore } from './with-ruled-store.ts';

type Quarantined = RecordOf<'mr_quarantine'>;

/** What is asked of `mailroom quarantine list`. */
interface Choice {
  readonly mailbox?: string;
  readonly all?: boolean;
}

/** Messages that a list shows at most. */
const mostShown = 500;

const settled = [QuarantineStatus.released, QuarantineStatus.discarded];

/** `mailroom quarantine list|release|discard`: incoming messages that could not be processed (SC-14). */
export function quarantineCommand(): Command {
  const command = new Command('quarantine').description('incoming messages that could not be processed');
  command
    .command('list')
    .description('messages that are held or tried again, with the cause')
    .option('--mailbox <mailbox>', 'of one mailbox only, by address, name or id')
    .option('--all', 'those released or discarded too')
    .action((choice: Choice, self: Command) => withDatabase(self, (context) => list(context, choice)));
  const deeds = [
    ['release', 'try a message again, once its cause is mended', QuarantineStatus.releaseAsked],
    ['discard', 'leave a message alone for good', QuarantineStatus.discarded],
  ] as const;
  for (const [name, description, status] of deeds) {
    command
      .command(`${name} <id>`)
      .description(`${description}; by its id or Message-ID`)
      .action((wanted: string, _options: unknown, self: Command) =>
        withDatabase(self, (context) => decide(context, wanted, status)),
      );
  }
  return command;
}

async function list(context: DatabaseContext, choice: Choice): Promise<void> {
  const filters: Filter[] = choice.all === true ? [] : [{ column: 'mr_status', operator: 'notIn', value: settled }];
  if (choice.mailbox !== undefined) {
    const { mailboxid } = await findMailbox(context.database, choice.mailbox);
    filters.push({ column: 'mr_mailboxid', operator: 'eq', value: mailboxid ?? '' });
  }
  const { rows } = await context.database.records.retrieveMultiple({
    table: 'mr_quarantine',
    filter: { and: filters },
    orderBy: [{ column: 'createdon' }],
    limit: mostShown,
  });
  printRows<Quarantined>(
    context.output,
    rows,
    [
      { heading: 'ID', cell: (row) => row.mr_quarantineid ?? '' },
      { heading: 'SINCE', cell: (row) => shownDate(row.createdon) },
      { heading: 'FROM', cell: (row) => row.mr_sender ?? '-' },
      { heading: 'SUBJECT', cell: (row) => (row.mr_subject ?? '').slice(0, 40) },
      { heading: 'STATUS', cell: (row) => statusOf(row) },
      { heading: 'TRIES', cell: (row) => String(row.mr_attempts ?? 0), align: 'right' },
      { heading: 'CAUSE', cell: (row) => row.mr_cause ?? '' },
    ],
    'No message is in the quarantine.',
  );
}

async function decide(context: DatabaseContext, wanted: string, mr_status: number): Promise<void> {
  const page = await context.database.records.retrieveMultiple({
    table: 'mr_quarantine',
    filter: { column: 'mr_status', operator: 'notIn', value: settled },
  });
  const bare = wanted.replace(/^<|>$/g, '');
  const row = pickOne(page.rows, bare, 'message in the quarantine', (one) => [one.mr_quarantineid, one.mr_messageid]);
  const id = row.mr_quarantineid ?? '';
  await withRuledStore(context, 'incoming', (store) => store.update('mr_quarantine', id, { mr_status }));
  printRecord(context.output, {
    message: row.mr_subject,
    from: row.mr_sender,
    status: statusOf({ mr_status }),
    cause: row.mr_cause,
  });
}

const statusOf = (row: Quarantined): string => choiceLabel('mr_quarantine', 'mr_status', row.mr_status);
