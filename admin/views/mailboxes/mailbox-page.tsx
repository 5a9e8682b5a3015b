import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { type Mailbox, mailboxSelect } from '../../api/mailbox-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { downloadJson } from '../../parts/download-json.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { mailboxText as text } from '../../text/mailbox.ts';
import { mailboxesText } from '../../text/mailboxes.ts';
import { BulkActions } from './bulk-actions.tsx';
import { type MailboxState, mailboxStateOf, stateTones } from './mailbox-state.ts';
import { readDetails } from './read-details.ts';
import { Schedule } from './schedule.tsx';
import { TestResults } from './test-results.tsx';

const TurnList = lazy(async () => ({ default: (await import('./turn-list.tsx')).TurnList }));
const Consent = lazy(async () => ({ default: (await import('./consent.tsx')).Consent }));
const DecisionList = lazy(async () => ({ default: (await import('./decision-list.tsx')).DecisionList }));
const EarlierMail = lazy(async () => ({ default: (await import('./earlier-mail.tsx')).EarlierMail }));
const FolderRules = lazy(async () => ({ default: (await import('./folder-rules.tsx')).FolderRules }));
const MailboxForm = lazy(async () => ({ default: (await import('./mailbox-form.tsx')).MailboxForm }));
const MailboxSync = lazy(async () => ({ default: (await import('../sync/mailbox-sync.tsx')).MailboxSync }));
const AlertList = lazy(async () => ({ default: (await import('../alerts/alert-list.tsx')).AlertList }));

/** One mailbox: how it stands, its settings, what became of its mail. */
export function MailboxPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const row = useRow('mailbox', id, mailboxSelect);
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  return <LoadedMailbox key={id} mailbox={row.data} id={id} />;
}

function LoadedMailbox({ mailbox, id }: { readonly mailbox: Mailbox; readonly id: string }) {
  const { client } = useApi();
  const writes = useWrites();
  const [tab, setTab] = useUrlState('tab', 'state');
  const state = mailboxStateOf(mailbox);
  return (
    <>
      <PageTitle
        title={mailbox.name ?? ''}
        lead={
          <>
            {mailbox.emailaddress} <StatusBadge tone={stateTones[state]}>{mailboxesText.states[state]}</StatusBadge>
          </>
        }
      >
        <BulkActions rows={[mailbox]} />
        <ActionButton
          label={text.runNow}
          done={text.running}
          onAction={() => writes.act('mailbox', id, 'mr_RunMailboxNow')}
        />
        <ActionButton
          label={text.download}
          onAction={async () =>
            downloadJson(`mailbox-${mailbox.emailaddress ?? id}.json`, await readDetails(client, mailbox, new Date()))
          }
        />
      </PageTitle>
      <StateBanner state={state} isTesting={mailbox.testemailconfigurationscheduled === true} />
      <PageTabs labels={text.tabs} value={tab} onChange={setTab} />
      <Suspense fallback={<Loading />}>
        {tab === 'state' && (
          <>
            {state !== 'working' && <Consent mailboxId={id} />}
            <TestResults mailbox={mailbox} />
            <Schedule mailbox={mailbox} id={id} />
            <TurnList mailboxId={id} />
          </>
        )}
        {tab === 'settings' && (
          <>
            <MailboxForm mailbox={mailbox} id={id} />
            <Consent mailboxId={id} />
          </>
        )}
        {tab === 'sync' && <MailboxSync mailbox={mailbox} id={id} />}
        {tab === 'decisions' && <DecisionList mailboxId={id} />}
        {tab === 'alerts' && (
          <Section title={text.tabs.alerts}>
            <AlertList where={`_regardingobjectid_value eq ${id}`} prefix="a" />
          </Section>
        )}
        {tab === 'folders' && <FolderRules mailboxId={id} />}
        {tab === 'earlier' && <EarlierMail mailbox={mailbox} id={id} />}
      </Suspense>
    </>
  );
}

/** UI-13: what keeps mail from flowing, in plain words. */
function StateBanner({ state, isTesting }: { readonly state: MailboxState; readonly isTesting: boolean }) {
  if (isTesting) return <Banner intent="info">{text.banners.testing}</Banner>;
  if (state === 'working') return null;
  return <Banner intent={state === 'failing' ? 'error' : 'warning'}>{text.banners[state]}</Banner>;
}

function Banner({ intent, children }: { readonly intent: 'info' | 'error' | 'warning'; readonly children: string }) {
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>{children}</MessageBarBody>
    </MessageBar>
  );
}
