import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { RecordOf } from '../../tables/catalog.ts';
import { type DatabaseContext, pickOne, withDatabase } from './command-context.ts';
import { findUser } from './find-user.ts';
import { choiceLabel } from './labels.ts';
import { printRecord, printRows } from './output.ts';
import { shownFlow } from './shown-flow.ts';
import { changeUserRole, rolesOfUsers } from './user-roles.ts';
import { withRuledStore } from './with-ruled-store.ts';

type User = RecordOf<'systemuser'>;

interface CreateOptions {
  readonly address?: string;
  readonly unit?: string;
  readonly role: readonly string[];
  readonly program?: boolean;
}

/** `mailroom user list|show|create|enable|disable|role add|role remove|mailbox`. */
export function userCommand(): Command {
  const command = new Command('user').description('users, their roles and mailboxes');
  command
    .command('list')
    .description('all users with their roles')
    .option('--enabled', 'only those who may sign in')
    .action((options: { enabled?: boolean }, self: Command) =>
      withDatabase(self, (context) => list(context, options.enabled === true)),
    );
  addUserAction(command, 'show', 'one user by full name, domain name, address or id', show);
  command
    .command('create <domainname> <firstname> <lastname>')
    .description('make a user, who gets the role Basic User and a mailbox')
    .option('--address <address>', 'email address; the mailbox takes it over')
    .option('--unit <name>', 'business unit by name or id; the topmost otherwise')
    .option('--role <name>', 'a further role by name or id; may be repeated', collect, [])
    .option('--program', 'an application user: a program, without a password')
    .action((domainname: string, firstname: string, lastname: string, options: CreateOptions, self: Command) =>
      withDatabase(self, (context) => create(context, { domainname, firstname, lastname }, options)),
    );
  addUserAction(command, 'enable', 'let a user sign in again', (context, user) => setDisabled(context, user, false));
  addUserAction(command, 'disable', 'keep a user out; the mailbox stops', (context, user) =>
    setDisabled(context, user, true),
  );
  addUserAction(command, 'mailbox', "a user's mailbox and how it runs", mailbox);
  command.addCommand(roleOfUser());
  return command;
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

function addUserAction(
  command: Command,
  name: string,
  description: string,
  work: (context: DatabaseContext, user: User) => Promise<void>,
): void {
  command
    .command(`${name} <user>`)
    .description(description)
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => work(context, await findUser(context.database.records, wanted))),
    );
}

function roleOfUser(): Command {
  const command = new Command('role').description("give or take a user's role");
  for (const deed of ['add', 'remove'] as const) {
    command
      .command(`${deed} <user> <role>`)
      .description(deed === 'add' ? 'give a role, by name or id' : 'take a role, by name or id')
      .action((wanted: string, role: string, _options: unknown, self: Command) =>
        withDatabase(self, async (context) => {
          const user = await findUser(context.database.records, wanted);
          await withRuledStore(context, 'incoming', (store) =>
            changeUserRole(store, user.systemuserid ?? '', role, deed),
          );
          await show(context, user);
        }),
      );
  }
  return command;
}

async function list(context: DatabaseContext, enabledOnly: boolean): Promise<void> {
  const { records } = context.database;
  const page = await records.retrieveMultiple({
    table: 'systemuser',
    columns: ['fullname', 'domainname', 'internalemailaddress', 'isdisabled', 'businessunitid', 'applicationid'],
    orderBy: [{ column: 'fullname' }],
    ...(enabledOnly ? { filter: { column: 'isdisabled', operator: 'ne', value: true } } : {}),
  });
  const roles = await rolesOfUsers(records);
  const rows = page.rows.map((row) => ({ ...row, roles: roles.get(row.systemuserid ?? '') ?? [] }));
  printRows(
    context.output,
    rows,
    [
      { heading: 'NAME', cell: (row) => row.fullname ?? '' },
      { heading: 'DOMAIN NAME', cell: (row) => row.domainname ?? '-' },
      { heading: 'ADDRESS', cell: (row) => row.internalemailaddress ?? '-' },
      { heading: 'STATE', cell: stateOf },
      { heading: 'ROLES', cell: (row) => row.roles.join(', ') || '-' },
    ],
    'There is no user.',
  );
}

const stateOf = (user: User): string => (user.isdisabled ? 'disabled' : user.applicationid ? 'program' : 'enabled');

async function show(context: DatabaseContext, user: User): Promise<void> {
  const { records } = context.database;
  const id = user.systemuserid ?? '';
  const [row, unit, roles, teams] = await Promise.all([
    records.retrieve('systemuser', id),
    user.businessunitid ? records.retrieve('businessunit', user.businessunitid.id, ['name']) : undefined,
    rolesOfUsers(records, id),
    teamsOf(context, id),
  ]);
  const box = row?.defaultmailbox
    ? await records.retrieve('mailbox', row.defaultmailbox.id, ['name', 'emailaddress'])
    : undefined;
  printRecord(context.output, {
    name: row?.fullname,
    'domain name': row?.domainname,
    address: row?.internalemailaddress,
    systemuserid: id,
    state: row && stateOf(row),
    'business unit': unit?.name,
    roles: (roles.get(id) ?? []).join(', '),
    teams: teams.join(', '),
    mailbox: box && (box.emailaddress || box.name),
    'client id': row?.applicationid,
  });
}

async function teamsOf({ database }: DatabaseContext, systemuserid: string): Promise<readonly string[]> {
  const rows = await database.sql<{ name: string }>(
    'select t.name from teammembership m join team t using (teamid) where m.systemuserid = $1::uuid order by t.name',
    [systemuserid],
  );
  return rows.map((row) => row.name);
}

async function create(context: DatabaseContext, names: User, options: CreateOptions): Promise<void> {
  const { records } = context.database;
  const unit = options.unit === undefined ? undefined : await findUnit(context, options.unit);
  const id = await withRuledStore(context, 'incoming', (store) =>
    store.together(async (inner) => {
      const made = await inner.create('systemuser', {
        ...names,
        ...(options.address === undefined ? {} : { internalemailaddress: options.address }),
        ...(unit === undefined ? {} : { businessunitid: { table: 'businessunit', id: unit } }),
        ...(options.program === true ? { applicationid: randomUUID() } : {}),
      });
      for (const role of options.role) await changeUserRole(inner, made, role, 'add');
      return made;
    }),
  );
  await show(context, (await records.retrieve('systemuser', id)) ?? {});
}

async function findUnit({ database }: DatabaseContext, wanted: string): Promise<string> {
  const page = await database.records.retrieveMultiple({ table: 'businessunit', columns: ['name'] });
  return pickOne(page.rows, wanted, 'business unit', (row) => [row.name, row.businessunitid]).businessunitid ?? '';
}

async function setDisabled(context: DatabaseContext, user: User, isdisabled: boolean): Promise<void> {
  const id = user.systemuserid ?? '';
  await withRuledStore(context, 'incoming', (store) => store.update('systemuser', id, { isdisabled }));
  await show(context, { ...user, isdisabled });
}

async function mailbox(context: DatabaseContext, user: User): Promise<void> {
  const box = user.defaultmailbox
    ? await context.database.records.retrieve('mailbox', user.defaultmailbox.id)
    : undefined;
  const profile = box?.emailserverprofile
    ? await context.database.records.retrieve('emailserverprofile', box.emailserverprofile.id, ['name'])
    : undefined;
  printRecord(context.output, {
    user: user.fullname,
    mailbox: box?.name,
    mailboxid: box?.mailboxid,
    address: box?.emailaddress,
    state: box && choiceLabel('mailbox', 'statecode', box.statecode),
    approval: box && choiceLabel('mailbox', 'emailrouteraccessapproval', box.emailrouteraccessapproval),
    profile: profile?.name,
    incoming: box && shownFlow(box, 'incoming'),
    outgoing: box && shownFlow(box, 'outgoing'),
    'last error': box?.lastsyncerror,
  });
}
