import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { findMailbox } from './find-mailbox.ts';
import { choiceLabel } from './labels.ts';
import { mailboxConsent } from './mailbox-consent.ts';
import { folderRules, showFolders } from './mailbox-folders.ts';
import { previewMailboxCommand } from './mailbox-preview.ts';
import { revisitMailbox } from './mailbox-revisit.ts';
import { printRecord, printRows, shownDate } from './output.ts';
import { shownFlow } from './shown-flow.ts';
import { parseSince } from './since-option.ts';
import { waitForTest } from './wait-for-test.ts';
import { describeWatch, readWatches, watchText } from './watched-mailboxes.ts';
import { wholeNumber } from './whole-number.ts';

type Mailbox = RecordOf<'mailbox'>;

/** `mailroom mailbox list|show|folders|test|consent|run-now|preview|backfill|reevaluate`. */
export function mailboxCommand(): Command {
  const command = new Command('mailbox').description('see, test and run mailboxes');
  command
    .command('list')
    .description('all mailboxes with their states')
    .option('--failed', 'only those with a failure')
    .action((options: { failed?: boolean }, self: Command) =>
      withDatabase(self, (context) => list(context, options.failed === true)),
    );
  command
    .command('show <mailbox>')
    .description('one mailbox by address, name or id')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => show(context, await findMailbox(context.database, wanted))),
    );
  command
    .command('folders <mailbox>')
    .description('the folders below its inbox, with ids and tracking rules')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => showFolders(context, await findMailbox(context.database, wanted))),
    );
  command
    .command('test <mailbox>')
    .description('test and enable; waits for the result of a running service')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber(1, 86_400), 120)
    .action((wanted: string, options: { timeout: number }, self: Command) =>
      withDatabase(self, async (context) =>
        waitForTest(context, await findMailbox(context.database, wanted), options.timeout * 1000),
      ),
    );
  command
    .command('consent <mailbox>')
    .description('print the address where consent (OAuth) is given, and how it stands')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => mailboxConsent(context, await findMailbox(context.database, wanted))),
    );
  command
    .command('run-now <mailbox>')
    .description('bring the next incoming and outgoing turn forward')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => runNow(context, await findMailbox(context.database, wanted))),
    );
  command
    .command('preview <mailbox>')
    .description('connect and tell what a backfill would track, without doing it')
    .requiredOption('--since <date>', 'mail received from then on, as 2026-01-31 (UTC)', parseSince)
    .option('--reevaluate', 'tell what "mailbox reevaluate" would track instead')
    .action((wanted: string, options: { since: Date; reevaluate?: boolean }, self: Command) =>
      withDatabase(self, async (context) =>
        previewMailboxCommand(context, await findMailbox(context.database, wanted), {
          kind: options.reevaluate === true ? 'reevaluation' : 'backfill',
          since: options.since,
        }),
      ),
    );
  for (const { name, kind, description } of revisits) {
    command
      .command(`${name} <mailbox>`)
      .description(description)
      .requiredOption('--since <date>', 'mail received from then on, as 2026-01-31 (UTC)', parseSince)
      .option('--no-wait', 'ask for it and return; the service does it')
      .action((wanted: string, options: { since: Date; wait: boolean }, self: Command) =>
        withDatabase(self, async (context) =>
          revisitMailbox(context, await findMailbox(context.database, wanted), {
            kind,
            since: options.since,
            waits: options.wait,
          }),
        ),
      );
  }
  return command;
}

const revisits = [
  {
    name: 'backfill',
    kind: 'backfill',
    description: 'take in mail from before the start date; what was decided stands',
  },
  {
    name: 'reevaluate',
    kind: 'reevaluation',
    description: 'ask the filters again about mail not tracked; emails deleted here come back',
  },
] as const;

async function list(context: DatabaseContext, failedOnly: boolean): Promise<void> {
  const page = await context.database.records.retrieveMultiple({
    table: 'mailbox',
    orderBy: [{ column: 'name' }],
    ...(failedOnly ? { filter: { column: 'mailboxstatus', operator: 'eq', value: 2 } } : {}),
  });
  const watches = await readWatches(context);
  printRows<Mailbox & { readonly watched: string }>(
    context.output,
    page.rows.map((row) => ({
      ...row,
      folderhierarchy: null,
      exchangesyncstatexml: null,
      watched: watchText(watches.get(row.mailboxid ?? '')),
    })),
    [
      { heading: 'NAME', cell: (row) => row.name ?? '' },
      { heading: 'ADDRESS', cell: (row) => row.emailaddress ?? '-' },
      { heading: 'INCOMING', cell: (row) => shownFlow(row, 'incoming') },
      { heading: 'OUTGOING', cell: (row) => shownFlow(row, 'outgoing') },
      { heading: 'WATCHED', cell: (row) => row.watched },
      {
        heading: 'APPROVAL',
        cell: (row) => choiceLabel('mailbox', 'emailrouteraccessapproval', row.emailrouteraccessapproval),
      },
      { heading: 'LAST RUN', cell: (row) => shownDate(row.lastsyncstartedon) },
      { heading: 'LAST ERROR', cell: (row) => (row.lastsyncerror ?? '').slice(0, 60) },
    ],
    failedOnly ? 'No mailbox has a failure.' : 'There is no mailbox yet. Creating a user or a queue makes one.',
  );
}

async function show(context: DatabaseContext, row: Mailbox): Promise<void> {
  const id = row.mailboxid ?? '';
  const alerts = await context.database.records.retrieveMultiple({
    table: 'tracelog',
    filter: {
      and: [
        { column: 'regardingobjectid', operator: 'eq', value: id },
        { column: 'mr_resolvedon', operator: 'null' },
      ],
    },
    orderBy: [{ column: 'createdon', descending: true }],
    limit: 10,
  });
  printRecord(context.output, {
    name: row.name,
    address: row.emailaddress,
    mailboxid: id,
    approval: choiceLabel('mailbox', 'emailrouteraccessapproval', row.emailrouteraccessapproval),
    incoming: shownFlow(row, 'incoming'),
    outgoing: shownFlow(row, 'outgoing'),
    watched: describeWatch((await readWatches(context, id)).get(id)),
    'last run': row.lastsyncstartedon,
    'last success': row.lastsuccessfulsynccompletedon,
    'items in last run': row.itemsprocessedforlastsync,
    'failed in last run': row.itemsfailedforlastsync,
    backlog: row.mr_incomingbacklog,
    'lag (s)': row.mr_incominglagseconds,
    'second look': secondLook(row),
    'tracked folders': await folderRules(context.database, id),
    'last error': row.lastsyncerror,
    alerts: alerts.rows.map((alert) => alert.text).join('\n'),
  });
}

async function runNow(context: DatabaseContext, row: Mailbox): Promise<void> {
  const leases = createMailboxLeases(context.database);
  const now = systemClock.now();
  await leases.reconcile(now);
  const id = row.mailboxid ?? '';
  if (row.enabledforincomingemail) await leases.schedule(id, 'incoming', now);
  if (row.enabledforoutgoingemail) await leases.schedule(id, 'outgoing', now);
  if (row.enabledforact) await leases.schedule(id, 'act', now);
  printRecord(context.output, {
    mailbox: row.name,
    incoming: row.enabledforincomingemail ? 'due now' : 'not enabled',
    outgoing: row.enabledforoutgoingemail ? 'due now' : 'not enabled',
  });
}

/** How far a backfill or re-evaluation is; empty when none was asked for. */
function secondLook(row: Mailbox): string {
  if (!row.mr_revisitaskedon) return '';
  const kind = choiceLabel('mailbox', 'mr_revisitkind', row.mr_revisitkind);
  const progress = `${row.mr_revisitdone ?? 0} of ${row.mr_revisittotal ?? '?'} messages, ${row.mr_revisittracked ?? 0} new emails`;
  const end = row.mr_revisitcompletedon ? `, done ${shownDate(row.mr_revisitcompletedon)}` : '';
  return `${kind} since ${shownDate(row.mr_revisitfrom)}: ${progress}${end}`;
}
