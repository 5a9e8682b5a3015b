import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { type ApiRow, labelOf, lookupTable } from '../../api/api-row.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { FullDate } from '../../parts/when.tsx';
import { auditText as text } from '../../text/audit.ts';
import { AuditValue } from './audit-value.tsx';
import { ChangedColumns } from './changed-columns.tsx';

type Audit = ApiRow<'audit'>;

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2, display: 'block' } });

const columns: readonly ListColumn<'audit'>[] = [
  { name: text.columns.when, sort: 'createdon', width: '170px', show: (row) => <Who row={row} /> },
  { name: text.columns.action, width: '110px', show: (row) => labelOf(row, 'action'), isMinor: true },
  { name: text.columns.what, width: '22%', show: (row) => <What row={row} /> },
  { name: text.columns.changes, show: (row) => <ChangedColumns table={tableOf(row)} changedata={row.changedata} /> },
];

const operations = { create: 1, update: 2, delete: 3, access: 4 } as const;

function filtersSince(now: number): readonly ListFilter[] {
  const since = (hours: number): string => `createdon ge ${new Date(now - hours * 3_600_000).toISOString()}`;
  return [
    {
      name: 'action',
      label: text.filterAction,
      options: [
        { value: 'all', label: text.everyAction, condition: undefined },
        ...(Object.keys(operations) as (keyof typeof operations)[]).map((name) => ({
          value: name,
          label: text.actions[name],
          condition: `operation eq ${operations[name]}`,
        })),
      ],
    },
    {
      name: 'time',
      label: text.filterTime,
      options: [
        { value: 'all', label: text.times.all, condition: undefined },
        { value: 'hour', label: text.times.hour, condition: since(1) },
        { value: 'day', label: text.times.day, condition: since(24) },
        { value: 'week', label: text.times.week, condition: since(24 * 7) },
        { value: 'month', label: text.times.month, condition: since(24 * 30) },
      ],
    },
  ];
}

/** Changes out of the audit: of everything, or of what `where` names; with further filters of the page. */
export function ChangeList({
  where,
  prefix = '',
  filters = [],
}: {
  readonly where?: string | undefined;
  readonly prefix?: string;
  readonly filters?: readonly ListFilter[];
}) {
  // Held while the list is open: a condition that moved with the clock would be another question each time.
  const [own] = useState(() => filtersSince(Date.now()));
  return (
    <RecordList
      label={text.list}
      table="audit"
      prefix={prefix}
      where={where}
      select={[
        'auditid',
        'createdon',
        'action',
        'operation',
        'objecttypecode',
        'changedata',
        '_userid_value',
        '_callinguserid_value',
        '_objectid_value',
      ]}
      nameOf={(row) => row.auditid ?? ''}
      filters={[...filters, ...own]}
      orderBy="createdon desc"
      columns={columns}
      empty={text.none}
      isCounted={false}
    />
  );
}

function Who({ row }: { readonly row: Audit }) {
  const styles = useStyles();
  const behind = labelOf(row, '_callinguserid_value');
  return (
    <>
      <FullDate value={row.createdon} />
      <Text className={styles.quiet}>{labelOf(row, '_userid_value')}</Text>
      {behind && (
        <Text size={200} className={styles.quiet}>
          {text.onBehalf(behind)}
        </Text>
      )}
    </>
  );
}

function tableOf(row: Audit): string {
  return lookupTable(row, '_objectid_value') ?? row.objecttypecode ?? '';
}

const homes: Readonly<Record<string, string>> = {
  emailserverprofile: '/profiles',
  mailbox: '/mailboxes',
  systemuser: '/users',
  role: '/roles',
  team: '/teams',
  queue: '/queues',
  mr_webhook: '/webhooks',
};

const tableNames: Readonly<Record<string, string>> = text.tables;

function What({ row }: { readonly row: Audit }) {
  const styles = useStyles();
  const table = tableOf(row);
  const id = row._objectid_value ?? '';
  const name = labelOf(row, '_objectid_value') || (
    <AuditValue name="" column={undefined} value={table === 'usersettings' ? `systemuser,${id}` : id} />
  );
  const home = homes[table];
  return (
    <>
      {table === 'organization' ? (
        <AppLink to="/settings">{name}</AppLink>
      ) : home === undefined || row.operation === operations.delete ? (
        name
      ) : (
        <AppLink to={`${home}/${row._objectid_value}`}>{name}</AppLink>
      )}
      <Text size={200} className={styles.quiet}>
        {tableNames[table] ?? table}
      </Text>
    </>
  );
}
