import { useParams } from '@tanstack/react-router';
import { useApi } from '../../api/api-context.tsx';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { useRow } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { queuesText as text } from '../../text/queues.ts';
import { CreationRules } from './creation-rules.tsx';
import { ItemActions } from './item-actions.tsx';

const emailKind = 4202;

const columns: readonly ListColumn<'queueitem'>[] = [
  {
    name: text.item.title,
    show: (row) =>
      row.objecttypecode === emailKind ? (
        <AppLink to={`/emails/${row._objectid_value}`}>{row.title || labelOf(row, '_objectid_value')}</AppLink>
      ) : (
        (row.title ?? '')
      ),
  },
  { name: text.item.kind, show: (row) => labelOf(row, 'objecttypecode'), width: '110px', isMinor: true },
  { name: text.item.from, show: (row) => row.sender ?? '', isMinor: true },
  { name: text.item.worker, show: (row) => labelOf(row, '_workerid_value') },
  { name: text.item.outcome, show: outcomeOf, isMinor: true },
  { name: text.item.entered, sort: 'enteredon', show: (row) => <When value={row.enteredon} />, width: '120px' },
];

/** One queue: its items, with picking, releasing and routing, and its creation rules. */
export function QueuePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const { session } = useApi();
  const row = useRow('queue', id, ['queueid', 'name', 'emailaddress', 'description', '_defaultmailbox_value']);
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (!row.data) return <Loading />;
  const active = 'statecode eq 0';
  const filters: readonly ListFilter[] = [
    {
      name: 'worker',
      label: text.filterWorker,
      options: [
        { value: 'open', label: text.workers.open, condition: active },
        { value: 'free', label: text.workers.free, condition: `${active} and _workerid_value eq null` },
        {
          value: 'mine',
          label: text.workers.mine,
          condition: `${active} and _workerid_value eq ${session.systemuserid}`,
        },
        { value: 'all', label: text.workers.all, condition: undefined },
      ],
    },
  ];
  return (
    <>
      <PageTitle title={row.data.name ?? ''} lead={row.data.emailaddress ?? ''}>
        {row.data._defaultmailbox_value && (
          <AppLink to={`/mailboxes/${row.data._defaultmailbox_value}`}>{text.openMailbox}</AppLink>
        )}
      </PageTitle>
      <Section title={text.items} lead={text.itemsLead}>
        <RecordList
          label={text.items}
          table="queueitem"
          select={[
            'queueitemid',
            'title',
            'objecttypecode',
            '_objectid_value',
            'sender',
            '_workerid_value',
            'enteredon',
            'mr_creationoutcome',
            '_mr_createdrecordid_value',
          ]}
          columns={columns}
          nameOf={(item) => item.title ?? ''}
          searchBy={(words) => containsWords(words, ['title', 'sender'])}
          where={`_queueid_value eq ${id}`}
          filters={filters}
          orderBy="enteredon desc"
          empty={text.noItems}
          bulk={(rows, clear) => <ItemActions rows={rows} queueId={id} onDone={clear} />}
        />
      </Section>
      <CreationRules queueId={id} />
    </>
  );
}

/** What the creation rule made of an item, with the record's name where its id stands. */
function outcomeOf(row: ApiRow<'queueitem'>): string {
  const name = labelOf(row, '_mr_createdrecordid_value');
  const words = row.mr_creationoutcome ?? '';
  return name === '' ? words : words.replace(row._mr_createdrecordid_value ?? '', `“${name}”`);
}
