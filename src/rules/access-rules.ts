import { MailroomError } from '../base/errors.ts';
import type { Filter } from '../store/record-store.ts';
import type { TableName } from '../tables/catalog.ts';
import { QueueViewType } from '../tables/choices.ts';
import type { RuleCaller } from './table-rules.ts';

/** Tables that only administrators may write (SE-04). */
const administratorsOnly: ReadonlySet<TableName> = new Set<TableName>([
  'organization',
  'emailserverprofile',
  'systemuser',
  'businessunit',
  'team',
  'queue',
  'mr_queuemember',
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
  if (table === 'queue') return usableQueues(caller);
  if (table === 'queueitem') return itemsOfUsableQueues(caller);
  return table === 'activitypointer' ? ownEmailsOnly(caller) : undefined;
}

/** Public queues, one's own and those one is a member of. */
function usableQueues(caller: RuleCaller): Filter {
  const isMe = { column: 'mr_principalid', operator: 'eq', value: caller.systemuserid } as const;
  return {
    or: [
      { not: { column: 'queueviewtype', operator: 'eq', value: QueueViewType.private } },
      { column: 'queueviewtype', operator: 'null' },
      { column: 'ownerid', operator: 'eq', value: caller.systemuserid },
      { exists: { table: 'mr_queuemember', from: 'mr_queueid', to: 'queueid', filter: isMe } },
    ],
  };
}

/** Items of such queues, and those one works on. */
function itemsOfUsableQueues(caller: RuleCaller): Filter {
  return {
    or: [
      { column: 'workerid', operator: 'eq', value: caller.systemuserid },
      { exists: { table: 'queue', from: 'queueid', to: 'queueid', filter: usableQueues(caller) } },
    ],
  };
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
