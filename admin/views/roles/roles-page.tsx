import { Button } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, RecordList } from '../../parts/record-list.tsx';
import { When } from '../../parts/when.tsx';
import { rolesText as text } from '../../text/roles.ts';

const columns: readonly ListColumn<'role'>[] = [
  {
    name: text.columns.name,
    sort: 'name',
    width: '240px',
    show: (row) => <AppLink to={`/roles/${row.roleid}`}>{row.name ?? ''}</AppLink>,
  },
  { name: text.columns.description, show: (row) => row.description ?? '' },
  {
    name: text.columns.changed,
    sort: 'modifiedon',
    width: '120px',
    show: (row) => <When value={row.modifiedon} />,
    isMinor: true,
  },
];

/** All roles. */
export function RolesPage() {
  const router = useRouter();
  return (
    <>
      <PageTitle title={text.title} lead={text.lead}>
        <Button appearance="primary" onClick={() => router.history.push('/roles/new')}>
          {text.newRole}
        </Button>
      </PageTitle>
      <RecordList
        label={text.list}
        table="role"
        select={['roleid', 'name', 'description', 'modifiedon']}
        columns={columns}
        nameOf={(row) => row.name ?? ''}
        searchBy={(words) => containsWords(words, ['name', 'description'])}
        orderBy="name"
      />
    </>
  );
}
