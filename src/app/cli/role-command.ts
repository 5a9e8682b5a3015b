import { Command } from 'commander';
import { depthName } from '../../rules/privileges-of-role.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { findRole } from './find-user.ts';
import { printRecord, printRows } from './output.ts';

/** `mailroom role list|show`. */
export function roleCommand(): Command {
  const command = new Command('role').description('roles and what they allow');
  command
    .command('list')
    .description('all roles, with how many have them')
    .action((_options: unknown, self: Command) => withDatabase(self, list));
  command
    .command('show <role>')
    .description('the privileges of one role by name or id, with their depths')
    .action((wanted: string, _options: unknown, self: Command) =>
      withDatabase(self, async (context) => show(context, await findRole(context.database.records, wanted))),
    );
  return command;
}

interface RoleLine {
  readonly roleid: string;
  readonly name: string;
  readonly unit: string | null;
  readonly privileges: number;
  readonly users: number;
  readonly teams: number;
  readonly description: string | null;
}

async function list(context: DatabaseContext): Promise<void> {
  const rows = await context.database.sql<RoleLine>(
    `select r.roleid, r.name, b.name as unit, r.description,
       (select count(*)::integer from roleprivileges p where p.roleid = r.roleid) as privileges,
       (select count(*)::integer from systemuserroles u where u.roleid = r.roleid) as users,
       (select count(*)::integer from teamroles t where t.roleid = r.roleid) as teams
     from role r left join businessunit b on b.businessunitid = r.businessunitid order by r.name, r.roleid`,
  );
  printRows(
    context.output,
    rows,
    [
      { heading: 'ROLE', cell: (row) => row.name },
      { heading: 'BUSINESS UNIT', cell: (row) => row.unit ?? '-' },
      { heading: 'PRIVILEGES', cell: (row) => String(row.privileges), align: 'right' },
      { heading: 'USERS', cell: (row) => String(row.users), align: 'right' },
      { heading: 'TEAMS', cell: (row) => String(row.teams), align: 'right' },
      { heading: 'FOR', cell: (row) => (row.description ?? '').slice(0, 80) },
    ],
    'There is no role.',
  );
}

async function show(context: DatabaseContext, role: RecordOf<'role'>): Promise<void> {
  const held = await context.database.sql<{ name: string; depth: number }>(
    `select p.name, h.privilegedepthmask as depth from roleprivileges h join privilege p using (privilegeid)
     where h.roleid = $1::uuid order by p.name`,
    [role.roleid],
  );
  const privileges = held.map(({ name, depth }) => ({ privilege: name, depth: depthName(depth) }));
  if (context.output.json) {
    const { roleid, name, description } = role;
    printRecord(context.output, { roleid, name, description, privileges });
    return;
  }
  printRecord(context.output, { role: role.name, roleid: role.roleid, for: role.description });
  printRows(
    context.output,
    privileges,
    [
      { heading: 'PRIVILEGE', cell: (row) => row.privilege },
      { heading: 'DEPTH', cell: (row) => row.depth },
    ],
    'The role has no privilege.',
  );
}
