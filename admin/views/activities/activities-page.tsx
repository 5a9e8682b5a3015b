import { lazy, Suspense } from 'react';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { FullDate, When } from '../../parts/when.tsx';
import { activitiesText as text } from '../../text/activities.ts';

const Calendar = lazy(async () => ({ default: (await import('./calendar.tsx')).Calendar }));
const ConflictList = lazy(async () => ({ default: (await import('../sync/conflict-list.tsx')).ConflictList }));
const LinkList = lazy(async () => ({ default: (await import('../sync/link-list.tsx')).LinkList }));

const tones: readonly Tone[] = ['busy', 'good', 'quiet', 'busy'];

const appointmentColumns: readonly ListColumn<'appointment'>[] = [
  { name: text.columns.subject, show: (row) => <Subject table="appointment" row={row} /> },
  { name: text.columns.start, sort: 'scheduledstart', show: (row) => <FullDate value={row.scheduledstart} /> },
  { name: text.columns.end, sort: 'scheduledend', show: (row) => <FullDate value={row.scheduledend} />, isMinor: true },
  {
    name: text.columns.state,
    show: (row) => <StatusBadge tone={tones[row.statecode ?? 0] ?? 'quiet'}>{labelOf(row, 'statuscode')}</StatusBadge>,
  },
  { name: text.columns.owner, show: (row) => labelOf(row, '_ownerid_value'), isMinor: true },
  { name: text.columns.regarding, show: (row) => labelOf(row, '_regardingobjectid_value'), isMinor: true },
];

const taskColumns: readonly ListColumn<'task'>[] = [
  { name: text.columns.subject, show: (row) => <Subject table="task" row={row} /> },
  { name: text.columns.due, sort: 'scheduledend', show: (row) => <FullDate value={row.scheduledend} /> },
  {
    name: text.columns.state,
    show: (row) => <StatusBadge tone={tones[row.statecode ?? 0] ?? 'quiet'}>{labelOf(row, 'statuscode')}</StatusBadge>,
  },
  { name: text.columns.owner, show: (row) => labelOf(row, '_ownerid_value'), isMinor: true },
  { name: text.columns.regarding, show: (row) => labelOf(row, '_regardingobjectid_value'), isMinor: true },
];

const contactColumns: readonly ListColumn<'contact'>[] = [
  {
    name: text.columns.name,
    sort: 'fullname',
    show: (row) => <AppLink to={`/activities/contact/${row.contactid}`}>{row.fullname ?? ''}</AppLink>,
  },
  { name: text.columns.email, sort: 'emailaddress1', show: (row) => row.emailaddress1 ?? '' },
  { name: text.columns.company, show: (row) => labelOf(row, '_parentcustomerid_value'), isMinor: true },
  { name: text.columns.owner, show: (row) => labelOf(row, '_ownerid_value'), isMinor: true },
  { name: text.columns.changed, sort: 'modifiedon', show: (row) => <When value={row.modifiedon} />, isMinor: true },
];

function Subject({
  table,
  row,
}: {
  readonly table: 'appointment' | 'task';
  readonly row: ApiRow<'appointment'> | ApiRow<'task'>;
}) {
  return <AppLink to={`/activities/${table}/${row.activityid}`}>{row.subject || text.noSubject}</AppLink>;
}

/** Appointments, contacts and tasks: a calendar, lists, their links to Exchange and the conflicts. */
export function ActivitiesPage() {
  const [tab, setTab] = useUrlState('kind', 'calendar');
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <PageTabs labels={text.tabs} value={tab} onChange={setTab} />
      <Suspense fallback={<Loading />}>
        {tab === 'calendar' && <Calendar />}
        {tab === 'links' && <LinkList of="all" prefix="l-" />}
        {tab === 'conflicts' && <ConflictList of="all" prefix="x-" />}
      </Suspense>
      {tab === 'appointment' && (
        <RecordList
          prefix="a-"
          label={text.tabs.appointment}
          table="appointment"
          select={[
            'activityid',
            'subject',
            'scheduledstart',
            'scheduledend',
            'statecode',
            'statuscode',
            '_ownerid_value',
            '_regardingobjectid_value',
          ]}
          columns={appointmentColumns}
          nameOf={nameOf}
          searchBy={(words) => containsWords(words, ['subject', 'location'])}
          orderBy="scheduledstart desc"
        />
      )}
      {tab === 'contact' && (
        <RecordList
          prefix="c-"
          label={text.tabs.contact}
          table="contact"
          select={['contactid', 'fullname', 'emailaddress1', '_parentcustomerid_value', '_ownerid_value', 'modifiedon']}
          columns={contactColumns}
          nameOf={(row) => row.fullname ?? ''}
          searchBy={(words) => containsWords(words, ['fullname', 'emailaddress1'])}
          orderBy="fullname"
        />
      )}
      {tab === 'task' && (
        <RecordList
          prefix="t-"
          label={text.tabs.task}
          table="task"
          select={[
            'activityid',
            'subject',
            'scheduledend',
            'statecode',
            'statuscode',
            '_ownerid_value',
            '_regardingobjectid_value',
          ]}
          columns={taskColumns}
          nameOf={nameOf}
          searchBy={(words) => containsWords(words, ['subject'])}
          orderBy="scheduledend desc"
        />
      )}
    </>
  );
}

const nameOf = (row: ApiRow<'appointment'> | ApiRow<'task'>): string => row.subject || text.noSubject;
