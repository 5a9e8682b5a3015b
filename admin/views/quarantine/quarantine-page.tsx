import { QuarantineStatus } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { quarantineText as text } from '../../text/quarantine.ts';

type Held = ApiRow<'mr_quarantine'>;

const status = (value: number): string => `mr_status eq ${value}`;
const open = `${status(QuarantineStatus.held)} or ${status(QuarantineStatus.retrying)} or ${status(QuarantineStatus.releaseAsked)}`;

const tones: Readonly<Record<number, Tone>> = {
  [QuarantineStatus.held]: 'bad',
  [QuarantineStatus.retrying]: 'warning',
  [QuarantineStatus.releaseAsked]: 'busy',
  [QuarantineStatus.released]: 'good',
};

const columns: readonly ListColumn<'mr_quarantine'>[] = [
  {
    name: text.columns.subject,
    show: (row) => <AppLink to={`/quarantine/${row.mr_quarantineid}`}>{row.mr_subject || text.noSubject}</AppLink>,
  },
  { name: text.columns.cause, show: (row) => row.mr_cause ?? '' },
  { name: text.columns.sender, show: (row) => row.mr_sender ?? '', isMinor: true },
  { name: text.columns.mailbox, show: (row) => labelOf(row, '_mr_mailboxid_value'), isMinor: true },
  {
    name: text.columns.state,
    width: '130px',
    show: (row) => <StatusBadge tone={tones[row.mr_status ?? 0] ?? 'quiet'}>{labelOf(row, 'mr_status')}</StatusBadge>,
  },
  {
    name: text.columns.since,
    sort: 'createdon',
    show: (row) => <When value={row.createdon} />,
    width: '120px',
    isMinor: true,
  },
];

const filters: readonly ListFilter[] = [
  {
    name: 'state',
    label: text.filterState,
    options: [
      { value: 'open', label: text.states.open, condition: open },
      { value: 'held', label: text.states.held, condition: status(QuarantineStatus.held) },
      { value: 'retrying', label: text.states.retrying, condition: status(QuarantineStatus.retrying) },
      { value: 'released', label: text.states.released, condition: status(QuarantineStatus.released) },
      { value: 'discarded', label: text.states.discarded, condition: status(QuarantineStatus.discarded) },
      { value: 'all', label: text.states.all, condition: undefined },
    ],
  },
];

/** Messages that could not be processed, with the way to release or discard them (PAIN-02). */
export function QuarantinePage() {
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <RecordList
        label={text.list}
        table="mr_quarantine"
        select={[
          'mr_quarantineid',
          'mr_subject',
          'mr_sender',
          'mr_cause',
          'mr_status',
          '_mr_mailboxid_value',
          'createdon',
        ]}
        columns={columns}
        nameOf={(row) => row.mr_subject || text.noSubject}
        searchBy={(words) => containsWords(words, ['mr_subject', 'mr_sender', 'mr_messageid'])}
        filters={filters}
        orderBy="createdon desc"
        empty={text.empty}
        bulk={(rows, clear) => <QuarantineActions rows={rows} onDone={clear} />}
      />
    </>
  );
}

/** Releases or discards held messages. */
export function QuarantineActions({ rows, onDone }: { readonly rows: readonly Held[]; readonly onDone?: () => void }) {
  const writes = useWrites();
  const notify = useNotify();
  const nameOf = (row: Held): string => row.mr_subject || text.noSubject;
  const open = rows.filter((row) => row.mr_status !== QuarantineStatus.released);
  const set = (value: number, done: (count: number) => string) => async (): Promise<void> => {
    await doEach(open, nameOf, (row) =>
      writes.update('mr_quarantine', row.mr_quarantineid ?? '', { mr_status: value }),
    );
    notify(done(open.length));
    onDone?.();
  };
  if (open.length === 0) return null;
  const names = open.map(nameOf);
  return (
    <>
      <ConfirmButton
        label={text.release.label}
        title={text.release.title}
        action={text.release.action}
        appearance="primary"
        names={names}
        onConfirm={set(QuarantineStatus.releaseAsked, text.release.done)}
      >
        {text.release.sentence}
      </ConfirmButton>
      <ConfirmButton
        label={text.discard.label}
        title={text.discard.title}
        action={text.discard.action}
        names={names}
        onConfirm={set(QuarantineStatus.discarded, text.discard.done)}
      >
        {text.discard.sentence}
      </ConfirmButton>
    </>
  );
}
