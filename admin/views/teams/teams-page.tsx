import { Button } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, RecordList } from '../../parts/record-list.tsx';
import { teamsText as text } from '../../text/teams.ts';

const columns: readonly ListColumn<'team'>[] = [
  {
    name: text.columns.name,
    sort: 'name',
    show: (row) => <AppLink to={`/teams/${row.teamid}`}>{row.name ?? ''}</AppLink>,
  },
  { name: text.columns.kind, width: '140px', show: (row) => labelOf(row, 'teamtype') },
  { name: text.columns.description, show: (row) => row.description ?? '', isMinor: true },
  { name: text.columns.unit, show: (row) => labelOf(row, '_businessunitid_value'), isMinor: true },
];

/** All teams. */
export function TeamsPage() {
  const router = useRouter();
  return (
    <>
      <PageTitle title={text.title} lead={text.lead}>
        <Button appearance="primary" onClick={() => router.history.push('/teams/new')}>
          {text.newTeam}
        </Button>
      </PageTitle>
      <RecordList
        label={text.list}
        table="team"
        select={['teamid', 'name', 'teamtype', 'description', '_businessunitid_value']}
        columns={columns}
        nameOf={(row) => row.name ?? ''}
        searchBy={(words) => containsWords(words, ['name', 'description'])}
        orderBy="name"
      />
    </>
  );
}
