import { lazy, Suspense } from 'react';
import { containsWords } from '../../api/odata.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { mailboxesText } from '../../text/mailboxes.ts';
import { BulkActions } from './bulk-actions.tsx';
import { mailboxColumns, mailboxSelect } from './mailbox-columns.tsx';
import { activeCondition, attentionCondition, stateConditions } from './mailbox-state.ts';

const BulkEdit = lazy(async () => ({ default: (await import('./bulk-edit.tsx')).BulkEdit }));

const text = mailboxesText;

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
        select={mailboxSelect}
        columns={mailboxColumns}
        nameOf={(row) => row.name ?? ''}
        searchBy={(words) => containsWords(words, ['name', 'emailaddress'])}
        filters={filters}
        orderBy="name"
        bulk={(rows, clear) => (
          <>
            <BulkActions rows={rows} onDone={clear} />
            <Suspense>
              <BulkEdit rows={rows} onDone={clear} />
            </Suspense>
          </>
        )}
      />
    </>
  );
}
