import { makeStyles } from '@fluentui/react-components';
import { QueryType } from '../../../src/tables/choices.ts';
import { useApi } from '../../api/api-context.tsx';
import { entitySets } from '../../api/entity-sets.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { type ListColumn, RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { fieldsText } from '../../text/fields.ts';
import { filtersText as text } from '../../text/filters.ts';
import { FilterDialog, type SyncFilter } from './filter-dialog.tsx';
import { type FilterKind, filtersWhere, filterTables } from './filter-kinds.ts';
import { FilterPreview } from './filter-preview.tsx';

const tableNames: Readonly<Record<string, string>> = fieldsText.tables;

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
  rowActions: { display: 'flex', flexWrap: 'wrap' },
});

interface ListProps {
  readonly kind: FilterKind;
  /** The mailbox that changes are counted for. */
  readonly mailboxId?: string | undefined;
}

/** Synchronisation filters of a kind (ch. FI): seen, added, changed, switched off and deleted, each counted before. */
export function FilterList({ kind, mailboxId }: ListProps) {
  const { session } = useApi();
  const table = filterTables[kind];
  const filterOf = (row: object): SyncFilter => {
    const values = row as SyncFilter;
    return { ...values, id: String((row as Readonly<Record<string, unknown>>)[entitySets[table][1]]) };
  };
  const columns: readonly ListColumn<'savedquery' | 'userquery'>[] = [
    { name: text.columns.name, sort: 'name', show: (row) => row.name ?? '' },
    {
      name: text.columns.table,
      sort: 'returnedtypecode',
      show: (row) => tableNames[row.returnedtypecode ?? ''] ?? row.returnedtypecode ?? '',
    },
    { name: text.columns.state, show: (row) => <State kind={kind} filter={filterOf(row)} />, width: '160px' },
    {
      name: text.columns.changed,
      sort: 'modifiedon',
      show: (row) => <When value={row.modifiedon} />,
      width: '120px',
      isMinor: true,
    },
    { name: '', width: '230px', show: (row) => <Actions kind={kind} mailboxId={mailboxId} filter={filterOf(row)} /> },
  ];
  return (
    <Section
      title={text.titles[kind]}
      lead={text.leads[kind]}
      actions={
        <div className={useStyles().actions}>
          {kind === 'own' && <ResetOwn />}
          <FilterDialog kind={kind} mailboxId={mailboxId} />
        </div>
      }
    >
      <RecordList<'savedquery' | 'userquery'>
        label={text.titles[kind]}
        table={table}
        prefix={`${kind}-`}
        where={filtersWhere(kind, session.systemuserid)}
        select={[
          ...((table === 'userquery' ? ['userqueryid'] : ['savedqueryid', 'isdefault']) as never[]),
          'name',
          'returnedtypecode',
          'fetchxml',
          'statecode',
          'modifiedon',
        ]}
        nameOf={(row) => row.name ?? ''}
        orderBy="returnedtypecode"
        empty={text.none[kind]}
        columns={columns}
      />
    </Section>
  );
}

function State({ kind, filter }: { readonly kind: FilterKind; readonly filter: SyncFilter }) {
  const isActive = filter.statecode === 0;
  if (isActive && kind === 'templates')
    return (
      <StatusBadge tone={filter.isdefault ? 'good' : 'quiet'}>
        {filter.isdefault ? text.isDefault : text.notGiven}
      </StatusBadge>
    );
  return <StatusBadge tone={isActive ? 'good' : 'quiet'}>{isActive ? text.active : text.inactive}</StatusBadge>;
}

function Actions({ kind, mailboxId, filter }: ListProps & { readonly filter: SyncFilter }) {
  const styles = useStyles();
  const writes = useWrites();
  const table = filterTables[kind];
  const names = [filter.name ?? ''];
  const setState = (statecode: 0 | 1) => (): Promise<void> =>
    writes.update(table, filter.id, { statecode, statuscode: statecode + 1 });
  const isActive = filter.statecode === 0;
  const state = isActive ? text.deactivate : text.activate;
  const counts = (change: object) => mailboxId !== undefined && <FilterPreview mailboxId={mailboxId} change={change} />;
  return (
    <div className={styles.rowActions}>
      <FilterDialog kind={kind} mailboxId={mailboxId} filter={filter} />
      <ConfirmButton
        label={state.label}
        title={state.title}
        action={state.label}
        names={names}
        appearance="subtle"
        size="small"
        onConfirm={setState(isActive ? 1 : 0)}
      >
        {state.sentence}
        {counts(isActive ? { FilterId: filter.id } : { FetchXml: filter.fetchxml ?? '' })}
      </ConfirmButton>
      <ConfirmButton
        label={text.remove.label}
        title={text.remove.title}
        action={text.remove.label}
        names={names}
        appearance="subtle"
        size="small"
        onConfirm={() => writes.remove(table, filter.id)}
      >
        {text.remove.sentence}
        {isActive && counts({ FilterId: filter.id })}
      </ConfirmButton>
    </div>
  );
}

function ResetOwn() {
  const writes = useWrites();
  const notify = useNotify();
  return (
    <ConfirmButton
      label={text.reset.label}
      title={text.reset.title}
      action={text.reset.label}
      names={[]}
      onConfirm={async () => {
        await writes.call('ResetUserFilters', { QueryType: QueryType.outlookFilter }, ['userquery']);
        notify(text.reset.done);
      }}
    >
      {text.reset.sentence}
    </ConfirmButton>
  );
}
