import { Button } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { EmailStatus } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { searchTerms } from '../../api/search-terms.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { emailsText as text } from '../../text/emails.ts';
import { EmailActions } from './email-actions.tsx';
import { emailConditions, emailTone } from './email-state.ts';

const columns: readonly ListColumn<'email'>[] = [
  {
    name: text.columns.subject,
    show: (row) => <AppLink to={linkOf(row)}>{row.subject || text.noSubject}</AppLink>,
  },
  { name: text.columns.from, width: '20%', show: (row) => row.sender ?? '', isMinor: true },
  { name: text.columns.to, width: '20%', show: (row) => (row.torecipients ?? '').replaceAll(';', ', '), isMinor: true },
  {
    name: text.columns.state,
    width: '150px',
    show: (row) => <StatusBadge tone={emailTone(row)}>{labelOf(row, 'statuscode')}</StatusBadge>,
  },
  { name: text.columns.regarding, show: (row) => labelOf(row, '_regardingobjectid_value'), isMinor: true },
  { name: text.columns.date, sort: 'createdon', width: '130px', show: (row) => <When value={row.createdon} /> },
];

/** A draft opens where it can be written on. */
function linkOf(row: ApiRow<'email'>): string {
  return row.statuscode === EmailStatus.draft ? `/emails/new?draft=${row.activityid}` : `/emails/${row.activityid}`;
}

const filters: readonly ListFilter[] = [
  {
    name: 'state',
    label: text.filterState,
    options: (Object.keys(emailConditions) as (keyof typeof emailConditions)[]).map((value) => ({
      value,
      label: text.states[value],
      condition: emailConditions[value],
    })),
  },
];

/** Emails, with what waits, failed or is uncertain, and what can be done about it. */
export function EmailsPage() {
  const router = useRouter();
  return (
    <>
      <PageTitle title={text.title} lead={text.lead}>
        <Button appearance="primary" onClick={() => router.history.push('/emails/new')}>
          {text.newEmail}
        </Button>
      </PageTitle>
      <RecordList
        label={text.list}
        table="email"
        select={[
          'activityid',
          'subject',
          'sender',
          'torecipients',
          'statuscode',
          'mr_sendoutcome',
          '_regardingobjectid_value',
          'createdon',
        ]}
        columns={columns}
        nameOf={(row) => row.subject || text.noSubject}
        search={searchTerms}
        filters={filters}
        orderBy="createdon desc"
        isCounted={false}
        bulk={(rows, clear) => <EmailActions rows={rows} onDone={clear} />}
      />
    </>
  );
}
