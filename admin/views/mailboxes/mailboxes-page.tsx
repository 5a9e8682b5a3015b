import { labelOf, lookupTable } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { mailboxesText } from '../../text/mailboxes.ts';
import { partsText } from '../../text/parts.ts';
import { BulkActions } from './bulk-actions.tsx';
import {
  activeCondition,
  attentionCondition,
  mailboxStateOf,
  stateColumns,
  stateConditions,
  stateTones,
} from './mailbox-state.ts';

const text = mailboxesText;

const columns: readonly ListColumn<'mailbox'>[] = [
  {
    name: text.columns.name,
    sort: 'name',
    show: (row) => <AppLink to={`/mailboxes/${row.mailboxid}`}>{row.name ?? ''}</AppLink>,
  },
  {
    name: text.columns.state,
    width: '170px',
    show: (row) => <StatusBadge tone={stateTones[mailboxStateOf(row)]}>{text.states[mailboxStateOf(row)]}</StatusBadge>,
  },
  { name: text.columns.address, sort: 'emailaddress', show: (row) => row.emailaddress ?? '', isMinor: true },
  { name: text.columns.of, show: (row) => kindOf(row), isMinor: true, width: '120px' },
  { name: text.columns.profile, show: (row) => labelOf(row, '_emailserverprofile_value'), isMinor: true },
  {
    name: text.columns.lastRun,
    sort: 'processinglastattemptedon',
    show: (row) => <When value={row.processinglastattemptedon} empty={partsText.never} />,
    isMinor: true,
    width: '140px',
  },
];

const filters: readonly ListFilter[] = [
  {
    name: 'state',
    label: text.filterState,
    options: [
      { value: 'active', label: text.states.active, condition: activeCondition },
      { value: 'attention', label: text.states.attention, condition: attentionCondition },
      ...Object.entries(stateConditions).map(([value, condition]) => ({
        value,
        label: text.states[value as keyof typeof stateConditions],
        condition,
      })),
      { value: 'all', label: text.states.all, condition: undefined },
    ],
  },
  {
    name: 'kind',
    label: text.filterKind,
    options: [
      { value: 'all', label: text.everyKind, condition: undefined },
      { value: 'user', label: text.kinds.user, condition: 'regardingobjectid/systemuserid ne null' },
      { value: 'queue', label: text.kinds.queue, condition: 'regardingobjectid_queue/queueid ne null' },
      { value: 'forward', label: text.kinds.forward, condition: 'isforwardmailbox eq true' },
    ],
  },
];

/** All mailboxes, by state, with what can be done to many at once. */
export function MailboxesPage() {
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <RecordList
        label={text.list}
        table="mailbox"
        select={[
          'mailboxid',
          'name',
          'isforwardmailbox',
          '_regardingobjectid_value',
          '_emailserverprofile_value',
          'processinglastattemptedon',
          ...stateColumns,
        ]}
        columns={columns}
        nameOf={(row) => row.name ?? ''}
        searchBy={(words) => containsWords(words, ['name', 'emailaddress'])}
        filters={filters}
        orderBy="name"
        bulk={(rows, clear) => <BulkActions rows={rows} onDone={clear} />}
      />
    </>
  );
}

function kindOf(row: object & { readonly isforwardmailbox?: boolean | null }): string {
  if (row.isforwardmailbox) return text.kinds.forward;
  const table = lookupTable(row, '_regardingobjectid_value');
  return table === 'queue' ? text.kinds.queue : table === 'systemuser' ? text.kinds.user : '';
}
