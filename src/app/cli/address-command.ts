import { Command, Option } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { normaliseAddress } from '../../formats/address.ts';
import { lookUpAddresses } from '../../pipelines/parties.ts';
import { createRuledStore } from '../../rules/ruled-store.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { resolveOneAddress } from '../address-resolution.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { printRecord, printRows, shownDate } from './output.ts';
import { wholeNumber } from './whole-number.ts';

interface ResolveOptions {
  readonly to?: string;
  readonly create?: 'contact' | 'lead';
  readonly name?: string;
  readonly keepAddress: boolean;
}

/** `mailroom address list|resolve`. */
export function addressCommand(): Command {
  const command = new Command('address').description('addresses in mail that belong to no record');
  command
    .command('list')
    .description('unresolved addresses, the most frequent first')
    .option('--top <count>', 'how many', wholeNumber(1, 1_000_000), 50)
    .action((options: { top: number }, self: Command) => withDatabase(self, (context) => list(context, options.top)));
  command
    .command('resolve <address>')
    .description('say whose an address is, in all mail')
    .option('--to <record>', 'a record as contact:<id>, or an address it has')
    .addOption(new Option('--create <table>', 'make a new record').choices(['contact', 'lead']))
    .option('--name <name>', 'name of the new record')
    .option('--no-keep-address', 'leave the address off the record: new mail stays unresolved')
    .action((address: string, options: ResolveOptions, self: Command) =>
      withDatabase(self, (context) => resolve(context, address, options)),
    );
  return command;
}

interface Unresolved {
  readonly address: string;
  readonly name: string | null;
  readonly parties: string;
  readonly last: Date | null;
}

async function list(context: DatabaseContext, top: number): Promise<void> {
  const rows = await context.database.sql<Unresolved>(
    `select lower(p.addressused) as address, max(p.unresolvedpartyname) as name, count(*)::text as parties, max(e.createdon) as last
     from activityparty p left join email e on e.activityid = p.activityid
     where p.partyid is null and p.addressused is not null
     group by lower(p.addressused) order by count(*) desc, 1 limit $1::integer`,
    [top],
  );
  printRows<Unresolved>(
    context.output,
    rows,
    [
      { heading: 'ADDRESS', cell: (row) => row.address },
      { heading: 'NAME', cell: (row) => row.name ?? '' },
      { heading: 'TIMES', cell: (row) => row.parties },
      { heading: 'LAST', cell: (row) => shownDate(row.last) },
    ],
    'Every address in the mail belongs to a record.',
  );
}

async function resolve(context: DatabaseContext, address: string, options: ResolveOptions): Promise<void> {
  const store = createRuledStore({
    database: context.database,
    caller: { systemuserid: context.organization.administratorId, isAdministrator: true },
    clock: systemClock,
    onMailboxesTouched: () => undefined,
  });
  if ((options.to === undefined) === (options.create === undefined))
    throw problem('Give either --to or --create.', 'mr_Configuration');
  const { record, resolved } = await resolveOneAddress(store, {
    address,
    target: options.to === undefined ? undefined : await findRecord(context, options.to),
    create: options.create === undefined ? undefined : { table: options.create, name: options.name ?? '' },
    keepsAddress: options.keepAddress,
  });
  printRecord(context.output, { address, record: `${record.table}:${record.id}`, resolved });
}

/** `contact:<id>`, or the one record that has an address. */
async function findRecord(context: DatabaseContext, text: string): Promise<EntityReference> {
  const [, table, id] = /^([a-z]+):([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (table !== undefined && id !== undefined) return { table, id };
  const address = normaliseAddress(text);
  const matches = (await lookUpAddresses(context.database, [address])).get(address) ?? [];
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return { table: only.table, id: only.id };
  throw problem(
    `${matches.length === 0 ? 'No record has' : `${matches.length} records have`} the address "${text}". Give the record as contact:<id>.`,
    matches.length === 0 ? 'mr_NotFound' : 'mr_Ambiguous',
  );
}

const problem = (message: string, code: string): MailroomError =>
  new MailroomError(message, { code, kind: 'notFound' });
