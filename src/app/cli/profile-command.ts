import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { discoveryNetwork } from '../../connectors/discovery/discovery-network.ts';
import { findMailSettings } from '../../connectors/discovery/find-mail-settings.ts';
import type { MailSettings, ServerSettings } from '../../connectors/discovery/mail-settings.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { answerOf } from '../connection-test-columns.ts';
import { createConnect } from '../connectors.ts';
import { createConsentParts } from '../consent-parts.ts';
import { tryConnection } from '../try-connection.ts';
import { commandContext, type DatabaseContext, pickOne, withDatabase } from './command-context.ts';
import { choiceLabel } from './labels.ts';
import { printRecord, printRows } from './output.ts';

type Profile = RecordOf<'emailserverprofile'>;

/** `mailroom profile list|show|test`. */
export function profileCommand(): Command {
  const command = new Command('profile').description('see and test email server profiles');
  command
    .command('list')
    .description('all profiles')
    .action((_options: unknown, self: Command) => withDatabase(self, list));
  command
    .command('show <profile>')
    .description('one profile by name or id')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => show(context, await find(context, wanted))),
    );
  command
    .command('find <address>')
    .description('suggest the servers of an address: known providers, autoconfig, DNS; nothing is stored')
    .action(async (address: string, _options: unknown, self: Command) => {
      const { output } = commandContext(self);
      const found = await findMailSettings(address, discoveryNetwork(), AbortSignal.timeout(20_000));
      printRows<MailSettings>(
        output,
        found,
        [
          { heading: 'SOURCE', cell: (row) => row.source },
          { heading: 'INCOMING', cell: (row) => `${row.incoming.kind} ${shownServer(row.incoming)}` },
          { heading: 'OUTGOING', cell: (row) => `smtp ${shownServer(row.outgoing)}` },
          { heading: 'USER NAME', cell: (row) => row.username },
          { heading: 'SIGN-IN', cell: (row) => (row.needsOAuth ? 'consent (OAuth)' : 'password') },
        ],
        `Nothing was found for ${address}. Ask whoever runs its mail server for host names and ports.`,
      );
    });
  command
    .command('test <profile>')
    .description('connect and sign in with one mailbox of the profile; sends nothing')
    .option('--mailbox <address>', 'the mailbox to try; the first active one otherwise')
    .action((wanted: string, options: { mailbox?: string }, self: Command) =>
      withDatabase(self, async (context) => test(context, await find(context, wanted), options.mailbox)),
    );
  return command;
}

async function list(context: DatabaseContext): Promise<void> {
  const page = await context.database.records.retrieveMultiple({
    table: 'emailserverprofile',
    orderBy: [{ column: 'name' }],
  });
  printRows<Profile>(
    context.output,
    page.rows,
    [
      { heading: 'NAME', cell: (row) => row.name ?? '' },
      { heading: 'TYPE', cell: (row) => choiceLabel('emailserverprofile', 'servertype', row.servertype) },
      {
        heading: 'INCOMING',
        cell: (row) => server(row.incomingserverlocation ?? row.defaultserverlocation, row.incomingportnumber),
      },
      {
        heading: 'OUTGOING',
        cell: (row) => server(row.outgoingserverlocation ?? row.defaultserverlocation, row.outgoingportnumber),
      },
      { heading: 'STATE', cell: (row) => choiceLabel('emailserverprofile', 'statecode', row.statecode) },
    ],
    'There is no email server profile yet. Create one through the Web API (POST emailserverprofiles).',
  );
}

const shownServer = ({ host, port, security }: ServerSettings): string =>
  `${host}:${port} ${security === 'tls' ? 'TLS' : 'STARTTLS'}`;

const server = (location: string | null | undefined, port: number | null | undefined): string =>
  location ? `${location}${port ? `:${port}` : ''}` : '-';

async function find(context: DatabaseContext, wanted: string): Promise<Profile> {
  const page = await context.database.records.retrieveMultiple({
    table: 'emailserverprofile',
    orderBy: [{ column: 'name' }],
  });
  return pickOne(page.rows, wanted, 'profile', (row) => [row.name, row.emailserverprofileid]);
}

async function show(context: DatabaseContext, row: Profile): Promise<void> {
  const mailboxes = await context.database.records.count('mailbox', {
    column: 'emailserverprofile',
    operator: 'eq',
    value: row.emailserverprofileid ?? '',
  });
  printRecord(context.output, {
    name: row.name,
    emailserverprofileid: row.emailserverprofileid,
    type: choiceLabel('emailserverprofile', 'servertype', row.servertype),
    state: choiceLabel('emailserverprofile', 'statecode', row.statecode),
    incoming: server(row.incomingserverlocation, row.incomingportnumber),
    'incoming SSL': row.incomingusessl,
    outgoing: server(row.outgoingserverlocation, row.outgoingportnumber),
    'outgoing SSL': row.outgoingusessl,
    'signs in': choiceLabel('emailserverprofile', 'incomingcredentialretrieval', row.incomingcredentialretrieval),
    'concurrent connections': row.maxconcurrentconnections,
    'process email from': row.processemailsreceivedafter,
    mailboxes,
  });
}

/** EP-21: each step with the server's words. Throws `mr_TestFailed` when a direction fails. */
async function test(context: DatabaseContext, profile: Profile, address: string | undefined): Promise<void> {
  const { records } = context.database;
  const page = await records.retrieveMultiple({
    table: 'mailbox',
    filter: { column: 'emailserverprofile', operator: 'eq', value: profile.emailserverprofileid ?? '' },
  });
  const first = page.rows.find((row) => row.statecode === 0);
  const chosen = address
    ? pickOne(page.rows, address, 'mailbox of the profile', (row) => [row.emailaddress, row.name])
    : first;
  if (chosen === undefined) {
    throw new MailroomError(
      `No active mailbox uses profile "${profile.name}". Give one the profile first, so that there are credentials to try.`,
      { code: 'mr_NotFound', kind: 'notFound' },
    );
  }
  const connect = createConnect({
    records,
    secretBox: context.secretBox,
    clientName: context.loaded.config.clientName,
    tokens: createConsentParts(context.loaded.config, systemClock, context).tokens,
  });
  const steps = await tryConnection({ records, connect, clock: systemClock, profile, mailbox: chosen });
  const lines = steps.map((step) => ({
    direction: step.direction,
    step: step.name,
    ok: step.ok,
    detail: answerOf(step),
  }));
  printRows(
    context.output,
    lines,
    [
      { heading: 'DIRECTION', cell: (row) => row.direction },
      { heading: 'STEP', cell: (row) => row.step },
      { heading: 'RESULT', cell: (row) => (row.ok ? 'ok' : 'FAILED') },
      { heading: 'DETAIL', cell: (row) => row.detail },
    ],
    'Nothing was tried.',
  );
  if (lines.some((line) => !line.ok))
    throw new MailroomError(`Profile "${profile.name}" failed its test; see the steps above.`, {
      code: 'mr_TestFailed',
      kind: 'configuration',
    });
}
