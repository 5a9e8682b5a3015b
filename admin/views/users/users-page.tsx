import { Button } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { labelOf } from '../../api/api-row.ts';
import { searchTerms } from '../../api/search-terms.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { usersText as text } from '../../text/users.ts';
import { EnableActions } from './enable-actions.tsx';
import { UserState } from './user-state.tsx';

const columns: readonly ListColumn<'systemuser'>[] = [
  {
    name: text.columns.name,
    sort: 'fullname',
    show: (row) => <AppLink to={`/users/${row.systemuserid}`}>{row.fullname || row.domainname || ''}</AppLink>,
  },
  { name: text.columns.state, width: '190px', show: (row) => <UserState row={row} /> },
  { name: text.columns.userName, sort: 'domainname', show: (row) => row.domainname ?? '', isMinor: true },
  { name: text.columns.address, sort: 'internalemailaddress', show: (row) => row.internalemailaddress ?? '' },
  { name: text.columns.unit, show: (row) => labelOf(row, '_businessunitid_value'), isMinor: true },
];

const filters: readonly ListFilter[] = [
  {
    name: 'state',
    label: text.filterState,
    options: [
      { value: 'enabled', label: text.states.enabled, condition: 'isdisabled eq false' },
      { value: 'disabled', label: text.states.disabled, condition: 'isdisabled eq true' },
      { value: 'all', label: text.states.all, condition: undefined },
    ],
  },
  {
    name: 'kind',
    label: text.filterKind,
    options: [
      { value: 'all', label: text.kinds.all, condition: undefined },
      { value: 'people', label: text.kinds.people, condition: 'applicationid eq null' },
      { value: 'programs', label: text.kinds.programs, condition: 'applicationid ne null' },
    ],
  },
];

/** All users, people and programs. */
export function UsersPage() {
  const router = useRouter();
  return (
    <>
      <PageTitle title={text.title} lead={text.lead}>
        <Button appearance="primary" onClick={() => router.history.push('/users/new')}>
          {text.newUser}
        </Button>
      </PageTitle>
      <RecordList
        label={text.list}
        table="systemuser"
        select={[
          'systemuserid',
          'fullname',
          'domainname',
          'internalemailaddress',
          'isdisabled',
          'applicationid',
          '_businessunitid_value',
        ]}
        columns={columns}
        nameOf={(row) => row.fullname ?? ''}
        search={searchTerms}
        filters={filters}
        orderBy="fullname"
        empty={text.empty}
        bulk={(rows, clear) => <EnableActions rows={rows} onDone={clear} />}
      />
    </>
  );
}
