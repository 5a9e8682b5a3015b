import { catalog, type TableName } from '../tables/catalog.ts';
import { indexesOf } from './store-indexes.ts';
import { activityTables, layoutOf } from './table-layout.ts';

/** A lookup of another table that points at a deleted row. */
export interface IncomingLookup {
  readonly table: TableName;
  readonly column: string;
}

const ofActivity: readonly IncomingLookup[] = [
  { table: 'activityparty', column: 'activityid' },
  { table: 'activitymimeattachment', column: 'objectid' },
  { table: 'queueitem', column: 'objectid' },
  { table: 'annotation', column: 'objectid' },
  { table: 'emailhash', column: 'activityid' },
  { table: 'recurrencerule', column: 'objectid' },
];

const notes: IncomingLookup = { table: 'annotation', column: 'objectid' };
const shares: IncomingLookup = { table: 'principalobjectaccess', column: 'objectid' };
const addresses: IncomingLookup = { table: 'emailsearch', column: 'parentobjectid' };

const ofOthers: Readonly<Partial<Record<TableName, readonly IncomingLookup[]>>> = {
  account: [notes, addresses],
  businessunit: [addresses],
  contact: [notes, addresses],
  lead: [notes, addresses],
  queue: [addresses, { table: 'queueitem', column: 'queueid' }, { table: 'mr_queuemember', column: 'mr_queueid' }],
  systemuser: [addresses],
  role: [
    { table: 'roleprivileges', column: 'roleid' },
    { table: 'systemuserroles', column: 'roleid' },
    { table: 'teamroles', column: 'roleid' },
  ],
  team: [
    addresses,
    { table: 'principalobjectaccess', column: 'principalid' },
    { table: 'teammembership', column: 'teamid' },
    { table: 'teamroles', column: 'teamid' },
    { table: 'mr_queuemember', column: 'mr_principalid' },
  ],
  mailbox: [
    { table: 'mailboxtrackingfolder', column: 'mailboxid' },
    { table: 'mailboxstatistics', column: 'mailboxid' },
    { table: 'tracelog', column: 'regardingobjectid' },
    { table: 'mr_maildecision', column: 'mr_mailboxid' },
    { table: 'mr_quarantine', column: 'mr_mailboxid' },
  ],
  emailserverprofile: [{ table: 'tracelog', column: 'regardingobjectid' }],
  mr_creationrule: [{ table: 'mr_creationruleitem', column: 'mr_creationruleid' }],
  mr_webhook: [
    { table: 'mr_subscription', column: 'mr_webhookid' },
    { table: 'mr_delivery', column: 'mr_webhookid' },
  ],
};

/** Rows that go with a row of `table`. */
export function belongingsOf(table: TableName): readonly IncomingLookup[] {
  const own = activityTables.includes(table) ? ofActivity : (ofOthers[table] ?? []);
  return layoutOf(table).columns.has('owningbusinessunit') ? [...own, shares] : own;
}

/** Indexed lookups of other rows that are emptied when a row of `table` goes. */
export function emptiedLookupsOf(table: TableName): readonly IncomingLookup[] {
  const belongings = belongingsOf(table);
  const found: IncomingLookup[] = [];
  for (const name of Object.keys(catalog) as TableName[]) {
    const layout = layoutOf(name);
    // The audit keeps who and what it names, whatever became of them.
    if (layout.isView || name === 'audit') continue;
    const indexes = indexesOf(layout);
    const leading = new Set(indexes.filter((index) => !index.unique).map((index) => index.columns[0]));
    for (const column of layout.columns.values()) {
      const { definition, storage } = column;
      if (storage.kind !== 'reference' || !('targets' in definition) || !leading.has(column.name)) continue;
      if (!definition.targets.includes(table) || definition.type === 'Owner') continue;
      if (!belongings.some((own) => own.table === name && own.column === column.name))
        found.push({ table: name, column: column.name });
    }
  }
  return found;
}
