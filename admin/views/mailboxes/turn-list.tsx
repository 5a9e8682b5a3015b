import { Text } from '@fluentui/react-components';
import { useRows } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { mailboxText } from '../../text/mailbox.ts';

const text = mailboxText.turns;
/** Turns that are shown. */
const mostTurns = 20;

/** The last turns of a mailbox that did something, from `mailboxstatistics`. */
export function TurnList({ mailboxId }: { readonly mailboxId: string }) {
  const turns = useRows({
    table: 'mailboxstatistics',
    select: [
      'mailboxstatisticsid',
      'operationtypeid',
      'itemsprocessed',
      'itemsfailed',
      'processresult',
      'machinename',
      'mailboxprocessstartedon',
      'mailboxprocesscompletedon',
    ],
    filter: `_mailboxid_value eq ${mailboxId}`,
    orderBy: 'mailboxprocesscompletedon desc',
    top: mostTurns,
  });
  return (
    <Section title={text.title} lead={text.lead}>
      {turns.error && <ErrorBar error={turns.error} onRetry={turns.refetch} />}
      {turns.isPending && <Loading />}
      {turns.data?.value.length === 0 && <Text>{text.none}</Text>}
      {turns.data && turns.data.value.length > 0 && (
        <PlainTable
          label={text.title}
          rows={turns.data.value}
          keyOf={(row) => row.mailboxstatisticsid ?? ''}
          columns={[
            { name: text.columns.ended, show: (row) => <When value={row.mailboxprocesscompletedon} />, width: '120px' },
            { name: text.columns.work, show: (row) => text.works[row.operationtypeid as 0] ?? '' },
            { name: text.columns.items, show: (row) => (row.itemsprocessed ?? 0).toLocaleString(), width: '80px' },
            { name: text.columns.failed, show: (row) => (row.itemsfailed ?? 0).toLocaleString(), width: '80px' },
            {
              name: text.columns.took,
              show: (row) => tookOf(row.mailboxprocessstartedon, row.mailboxprocesscompletedon),
              width: '90px',
            },
            {
              name: text.columns.result,
              show: (row) => (
                <StatusBadge tone={row.processresult ? 'good' : 'bad'}>
                  {row.processresult ? text.success : text.failure}
                </StatusBadge>
              ),
              width: '110px',
            },
            { name: text.columns.worker, show: (row) => row.machinename ?? '', isMinor: true },
          ]}
        />
      )}
    </Section>
  );
}

function tookOf(from: string | null | undefined, to: string | null | undefined): string {
  if (!from || !to) return '';
  return text.seconds((Date.parse(to) - Date.parse(from)) / 1000);
}
