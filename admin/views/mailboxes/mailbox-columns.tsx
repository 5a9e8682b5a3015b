import { labelOf, lookupTable, type SelectName } from '../../api/api-row.ts';
import { AppLink } from '../../parts/app-link.tsx';
import type { ListColumn } from '../../parts/record-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { mailboxesText as text } from '../../text/mailboxes.ts';
import { partsText } from '../../text/parts.ts';
import { mailboxStateOf, stateColumns, stateTones } from './mailbox-state.ts';

/** The columns of a list of mailboxes. */
export const mailboxColumns: readonly ListColumn<'mailbox'>[] = [
  {
    name: text.columns.name,
    sort: 'name',
    show: (row) => <AppLink to={`/mailboxes/${row.mailboxid}`}>{row.name ?? ''}</AppLink>,
  },
  {
    name: text.columns.state,
    width: '190px',
    show: (row) => <StatusBadge tone={stateTones[mailboxStateOf(row)]}>{text.states[mailboxStateOf(row)]}</StatusBadge>,
  },
  { name: text.columns.address, sort: 'emailaddress', show: (row) => row.emailaddress ?? '', isMinor: true },
  { name: text.columns.of, show: kindOf, isMinor: true, width: '120px' },
  { name: text.columns.profile, show: (row) => labelOf(row, '_emailserverprofile_value'), isMinor: true },
  {
    name: text.columns.lastRun,
    sort: 'processinglastattemptedon',
    show: (row) => <When value={row.processinglastattemptedon} empty={partsText.never} />,
    isMinor: true,
    width: '140px',
  },
];

/** What those columns read. */
export const mailboxSelect: readonly SelectName<'mailbox'>[] = [
  'mailboxid',
  'name',
  'isforwardmailbox',
  '_regardingobjectid_value',
  '_emailserverprofile_value',
  'processinglastattemptedon',
  ...stateColumns,
];

function kindOf(row: object & { readonly isforwardmailbox?: boolean | null }): string {
  if (row.isforwardmailbox) return text.kinds.forward;
  const table = lookupTable(row, '_regardingobjectid_value');
  return table === 'queue' ? text.kinds.queue : table === 'systemuser' ? text.kinds.user : '';
}
