import { labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, RecordList } from '../../parts/record-list.tsx';
import { queuesText as text } from '../../text/queues.ts';

const columns: readonly ListColumn<'queue'>[] = [
  {
    name: text.columns.name,
    sort: 'name',
    show: (row) => <AppLink to={`/queues/${row.queueid}`}>{row.name ?? ''}</AppLink>,
  },
  { name: text.columns.address, sort: 'emailaddress', show: (row) => row.emailaddress ?? '' },
  { name: text.columns.takes, show: (row) => labelOf(row, 'incomingemailfilteringmethod'), isMinor: true },
  { name: text.columns.owner, show: (row) => labelOf(row, '_ownerid_value'), isMinor: true },
  { name: text.columns.view, show: (row) => labelOf(row, 'queueviewtype'), isMinor: true },
];

/** All queues that the user may see. */
export function QueuesPage() {
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <RecordList
        label={text.list}
        table="queue"
        select={['queueid', 'name', 'emailaddress', 'incomingemailfilteringmethod', '_ownerid_value', 'queueviewtype']}
        columns={columns}
        nameOf={(row) => row.name ?? ''}
        searchBy={(words) => containsWords(words, ['name', 'emailaddress'])}
        where="statecode eq 0"
        orderBy="name"
      />
    </>
  );
}
