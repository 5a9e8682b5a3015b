import { Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text } from '@fluentui/react-components';
import { DeliveryStatus, PartyMask } from '../../../src/tables/choices.ts';
import { useApi } from '../../api/api-context.tsx';
import { type ApiRow, labelOf, lookupTable } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { emailsText } from '../../text/emails.ts';

const text = emailsText.party;
const shown: readonly number[] = [
  PartyMask.from,
  PartyMask.to,
  PartyMask.cc,
  PartyMask.bcc,
  PartyMask.organizer,
  PartyMask.required,
  PartyMask.optional,
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

/** Who takes part in an email or an appointment: the address as written, the record behind it, and of emails how delivery went. */
export function PartyList({ activityId, hasDelivery }: { readonly activityId: string; readonly hasDelivery: boolean }) {
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
    filter: `_activityid_value eq ${activityId}`,
    orderBy: 'participationtypemask',
    top: 200,
  });
  if (rows.error) return <ErrorBar error={rows.error} onRetry={rows.refetch} />;
  if (!rows.data) return <Loading />;
  const parties = rows.data.value.filter((row) => shown.includes(row.participationtypemask ?? 0));
  if (parties.length === 0) return <Text>{text.nobody}</Text>;
  return (
    <Table size="small" aria-label={emailsText.parties}>
      <TableHeader>
        <TableRow>
          {[text.role, text.name, text.address, ...(hasDelivery ? [text.delivery] : [])].map((name) => (
            <TableHeaderCell key={name}>{name}</TableHeaderCell>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {parties.map((row) => (
          <TableRow key={row.activitypartyid}>
            <TableCell>{labelOf(row, 'participationtypemask')}</TableCell>
            <TableCell>
              <PartyRecord row={row} />
            </TableCell>
            <TableCell>{row.addressused}</TableCell>
            {hasDelivery && (
              <TableCell>
                {row.mr_deliverystatus != null && (
                  <StatusBadge tone={tones[row.mr_deliverystatus] ?? 'quiet'}>
                    {labelOf(row, 'mr_deliverystatus')}
                  </StatusBadge>
                )}{' '}
                <Text size={200}>{row.mr_deliveryreply}</Text>
              </TableCell>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const homes: Readonly<Record<string, string>> = {
  queue: '/queues',
  systemuser: '/users',
  contact: '/activities/contact',
};

/** The record behind an address, with the way to its page; where there is none, a contact can be made of it. */
function PartyRecord({ row }: { readonly row: ApiRow<'activityparty'> }) {
  const { session } = useApi();
  const writes = useWrites();
  const notify = useNotify();
  const name = labelOf(row, '_partyid_value');
  const home = homes[lookupTable(row, '_partyid_value') ?? ''];
  const mayOpen = home !== undefined && (home !== '/users' || session.isAdministrator);
  if (row._partyid_value) return mayOpen ? <AppLink to={`${home}/${row._partyid_value}`}>{name}</AppLink> : name;
  const { makeContact } = emailsText;
  const address = row.addressused ?? '';
  return (
    <>
      {row.unresolvedpartyname || text.unknown}{' '}
      {address !== '' && (
        <ConfirmButton
          label={makeContact.label}
          size="small"
          title={makeContact.title}
          action={makeContact.action}
          names={[address]}
          onConfirm={async () => {
            const given = {
              Address: address,
              CreateAs: 'contact',
              ...(row.unresolvedpartyname ? { Name: row.unresolvedpartyname } : {}),
            };
            const { Resolved } = await writes.call<{ Resolved: number }>('mr_ResolveAddress', given, ['activityparty']);
            notify(makeContact.done(Resolved));
          }}
        >
          {makeContact.sentence}
        </ConfirmButton>
      )}
    </>
  );
}
