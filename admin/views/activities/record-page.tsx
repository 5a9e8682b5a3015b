import { makeStyles, Text } from '@fluentui/react-components';
import { useParams } from '@tanstack/react-router';
import { labelOf, type SelectName } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { NotFoundPage } from '../../app/not-found-page.tsx';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { activitiesText as text } from '../../text/activities.ts';
import { syncText } from '../../text/sync.ts';
import { PartyList } from '../emails/party-list.tsx';
import { ConflictList } from '../sync/conflict-list.tsx';
import { LinkList } from '../sync/link-list.tsx';
import type { SyncedTable } from '../sync/synced-tables.ts';
import { recordViews, type SyncedRow } from './record-view.tsx';

const tones: readonly Tone[] = ['busy', 'good', 'quiet', 'busy'];

const useStyles = makeStyles({ description: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } });

/** An appointment, a contact or a task: what it holds, how it stands in each mailbox, and what was decided about it. */
export function RecordPage() {
  const { table, id } = useParams({ strict: false }) as { readonly table: string; readonly id: string };
  if (!Object.hasOwn(recordViews, table)) return <NotFoundPage />;
  return <KnownRecord key={id} table={table as SyncedTable} id={id} />;
}

function KnownRecord({ table, id }: { readonly table: SyncedTable; readonly id: string }) {
  const styles = useStyles();
  const view = recordViews[table];
  const found = useRow(table, id, view.select as readonly SelectName<SyncedTable>[]);
  if (found.error) return <ErrorBar error={found.error} onRetry={found.refetch} />;
  if (found.data === undefined) return <Loading />;
  const row = found.data as SyncedRow;
  const title = String(row.subject || row.fullname || text.noSubject);
  const facts = view.facts(row).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <>
      <PageTitle
        title={title}
        lead={
          <StatusBadge tone={tones[Number(row.statecode ?? 0)] ?? 'quiet'}>{labelOf(row, 'statuscode')}</StatusBadge>
        }
      >
        <AppLink to={`/activities?kind=${table in text.tabs ? table : 'calendar'}`}>{text.back}</AppLink>
      </PageTitle>
      <Section title={text.details}>
        <Facts facts={facts} />
      </Section>
      {row.description && (
        <Section title={text.description}>
          <Text className={styles.description}>{String(row.description)}</Text>
        </Section>
      )}
      {table !== 'contact' && (
        <Section title={text.people}>
          <PartyList activityId={id} hasDelivery={false} />
        </Section>
      )}
      <Section title={syncText.links.list} lead={syncText.links.ofRecord}>
        <LinkList of="record" where={`objectid eq ${id}`} prefix="l" />
      </Section>
      <Section title={syncText.conflicts.list} lead={syncText.conflicts.lead}>
        <ConflictList of="record" where={`_regardingobjectid_value eq ${id}`} prefix="c" />
      </Section>
    </>
  );
}
