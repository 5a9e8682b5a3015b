import { MailroomError } from '../base/errors.ts';
import type { Filter } from '../store/record-store.ts';
import type { TableName } from '../tables/catalog.ts';
import type { RuleCaller } from './table-rules.ts';

/** Tables that only administrators may write (SE-04). */
const administratorsOnly: ReadonlySet<TableName> = new Set<TableName>([
  'organization',
  'emailserverprofile',
  'systemuser',
  'businessunit',
  'team',
  'queue',
  'syncattributemapping',
  'syncattributemappingprofile',
  'savedquery',
  'tracelog',
  'emailsearch',
  'emailhash',
  'mr_maildecision',
]);

/** Tables of which a user sees only the rows that are theirs, with the column that says whose. */
const ownRowsOnly: Readonly<Partial<Record<TableName, string>>> = {
  email: 'ownerid',
  mailbox: 'ownerid',
  emailserverprofile: 'ownerid',
  usersettings: 'systemuserid',
  userquery: 'ownerid',
  exchangesyncidmapping: 'userid',
  mailboxtrackingfolder: 'ownerid',
};

/** Tables that a user does not see at all. */
const hiddenFromUsers: ReadonlySet<TableName> = new Set<TableName>([
  'mr_maildecision',
  'mr_quarantine',
  'mr_webhook',
  'mr_subscription',
  'mr_delivery',
  'tracelog',
  'emailsearch',
  'emailhash',
]);

/** What limits the rows a caller may read; undefined when nothing does. Throws 80040220 where the table is closed to the caller. */
export function readLimit(caller: RuleCaller, table: TableName): Filter | undefined {
  if (caller.isAdministrator) return undefined;
  if (hiddenFromUsers.has(table)) denied('read', table);
  const column = ownRowsOnly[table];
  if (column !== undefined) return { column, operator: 'eq', value: caller.systemuserid };
  return table === 'activitypointer' ? ownEmailsOnly(caller) : undefined;
}

/** Among all activities, emails are limited as in their own table. */
function ownEmailsOnly(caller: RuleCaller): Filter {
  return {
    or: [
      { column: 'activitytypecode', operator: 'ne', value: 'email' },
      { column: 'ownerid', operator: 'eq', value: caller.systemuserid },
    ],
  };
}

/** Throws 80040220 unless the caller may write the table at all. */
export function checkMayWrite(caller: RuleCaller, table: TableName): void {
  if (!caller.isAdministrator && (administratorsOnly.has(table) || hiddenFromUsers.has(table))) denied('change', table);
}

function denied(verb: string, table: string): never {
  throw new MailroomError(`You may not ${verb} rows of ${table}. Ask an administrator.`, {
    code: '80040220',
    kind: 'item',
  });
}
