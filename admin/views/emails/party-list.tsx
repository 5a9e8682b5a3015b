import { Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text } from '@fluentui/react-components';
import { DeliveryStatus, PartyMask } from '../../../src/tables/choices.ts';
import { labelOf } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { emailsText } from '../../text/emails.ts';

const text = emailsText.party;
const shown: readonly number[] = [
  PartyMask.from,
  PartyMask.to,
  PartyMask.cc,
  PartyMask.bcc,
  PartyMask.owner,
  PartyMask.regarding,
];

const tones: Readonly<Record<number, Tone>> = {
  [DeliveryStatus.accepted]: 'good',
  [DeliveryStatus.rejected]: 'bad',
  [DeliveryStatus.bounced]: 'bad',
  [DeliveryStatus.deferred]: 'warning',
  [DeliveryStatus.uncertain]: 'warning',
};

/** Who takes part in an email: the address as written, the record behind it, and how delivery went. */
export function PartyList({ emailId }: { readonly emailId: string }) {
  const rows = useRows({
    table: 'activityparty',
    select: [
      'activitypartyid',
      'participationtypemask',
      'addressused',
      '_partyid_value',
      'unresolvedpartyname',
      'mr_deliverystatus',
      'mr_deliveryreply',
    ],
    filter: `_activityid_value eq ${emailId}`,
    orderBy: 'participationtypemask',
    top: 200,
  });
  if (rows.error) return <ErrorBar error={rows.error} onRetry={rows.refetch} />;
  if (!rows.data) return <Loading />;
  return (
    <Table size="small" aria-label={emailsText.parties}>
      <TableHeader>
        <TableRow>
          {[text.role, text.name, text.address, text.delivery].map((name) => (
            <TableHeaderCell key={name}>{name}</TableHeaderCell>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {rows.data.value
          .filter((row) => shown.includes(row.participationtypemask ?? 0))
          .map((row) => (
            <TableRow key={row.activitypartyid}>
              <TableCell>{labelOf(row, 'participationtypemask')}</TableCell>
              <TableCell>{labelOf(row, '_partyid_value') || row.unresolvedpartyname || text.unknown}</TableCell>
              <TableCell>{row.addressused}</TableCell>
              <TableCell>
                {row.mr_deliverystatus != null && (
                  <StatusBadge tone={tones[row.mr_deliverystatus] ?? 'quiet'}>
                    {labelOf(row, 'mr_deliverystatus')}
                  </StatusBadge>
                )}{' '}
                <Text size={200}>{row.mr_deliveryreply}</Text>
              </TableCell>
            </TableRow>
          ))}
      </TableBody>
    </Table>
  );
}
