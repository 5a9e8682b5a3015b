import { Command } from 'commander';
import { createAccessDirectory } from '../../store/access-directory.ts';
import type { TokenStore } from '../../webapi/token-store.ts';
import { createDescribeUser } from '../describe-user.ts';
import { createTokens } from '../tokens.ts';
import { type DatabaseContext, pickOne, withDatabase } from './command-context.ts';
import { printRecord, printRows, shownDate } from './output.ts';
import { wholeNumber } from './whole-number.ts';

interface CreateOptions {
  readonly user?: string;
  readonly name: string;
  readonly days?: number;
  readonly signIn?: boolean;
}

/** `mailroom token create|list`. */
export function tokenCommand(): Command {
  const command = new Command('token').description('sign-in tokens of the Web API');
  command
    .command('create')
    .description('make a bearer token (printed once), or a one-time sign-in code')
    .option('--user <name>', 'full name, domain name, address or id of the user; the administrator otherwise')
    .option('--name <text>', 'what the token is for', 'command line')
    .option('--days <days>', 'days until it expires; without it, until revoked', wholeNumber(1, 36_500))
    .option('--sign-in', 'a one-time code for the page, good for 15 minutes')
    .action((options: CreateOptions, self: Command) => withDatabase(self, (context) => create(context, options)));
  command
    .command('list')
    .description('all tokens; the tokens themselves are not kept')
    .action((_options: unknown, self: Command) => withDatabase(self, list));
  return command;
}

function tokensOf({ database }: DatabaseContext): TokenStore {
  return createTokens(database, createDescribeUser(createAccessDirectory(database)));
}

async function create(context: DatabaseContext, options: CreateOptions): Promise<void> {
  const { records } = context.database;
  const users = await records.retrieveMultiple({
    table: 'systemuser',
    columns: ['systemuserid', 'fullname', 'domainname', 'internalemailaddress'],
  });
  const administrator = users.rows.find((row) => row.systemuserid === context.organization.administratorId);
  const user = options.user
    ? pickOne(users.rows, options.user, 'user', (row) => [
        row.fullname,
        row.domainname,
        row.internalemailaddress,
        row.systemuserid,
      ])
    : administrator;
  const minutes = 60_000;
  const lifetimeMs = options.signIn ? 15 * minutes : options.days ? options.days * 24 * 60 * minutes : null;
  const token = await tokensOf(context).issue({
    systemuserid: user?.systemuserid ?? context.organization.administratorId,
    name: options.name,
    kind: options.signIn ? 'signin' : 'api',
    lifetimeMs,
  });
  printRecord(context.output, {
    user: user?.fullname ?? '',
    kind: options.signIn ? 'one-time sign-in' : 'bearer token',
    token,
    note: 'It is shown this once only.',
  });
}

async function list(context: DatabaseContext): Promise<void> {
  const tokens = await tokensOf(context).list();
  printRows(
    context.output,
    tokens,
    [
      { heading: 'NAME', cell: (row) => row.name },
      { heading: 'KIND', cell: (row) => row.kind },
      { heading: 'USER', cell: (row) => row.systemuserid },
      { heading: 'CREATED', cell: (row) => shownDate(row.createdOn) },
      { heading: 'EXPIRES', cell: (row) => shownDate(row.expiresOn) },
      { heading: 'REVOKED', cell: (row) => shownDate(row.revokedOn) },
    ],
    'There is no token.',
  );
}
