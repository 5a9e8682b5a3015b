import { ProgressBar, Text } from '@fluentui/react-components';
import { ActDeliveryMethod } from '../../../src/tables/choices.ts';
import type { Mailbox } from '../../api/mailbox-row.ts';
import { useFunction } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Section } from '../../parts/section.tsx';
import { FullDate, When } from '../../parts/when.tsx';
import { partsText } from '../../text/parts.ts';
import { syncText } from '../../text/sync.ts';
import { LinkList } from './link-list.tsx';
import { SyncPreview } from './sync-preview.tsx';
import { SyncQuestion } from './sync-question.tsx';
import { type SyncState, startedWithAll } from './sync-state.ts';

const text = syncText.mailbox;

/** How a mailbox's appointments, contacts and tasks are kept in step: state, open question, counts, links. */
export function MailboxSync({ mailbox, id }: { readonly mailbox: Mailbox; readonly id: string }) {
  const state = useFunction<SyncState>(`mailboxes(${id})/Microsoft.Dynamics.CRM.mr_RetrieveSyncState()`, [
    'mailbox',
    'exchangesyncidmapping',
    'syncerror',
  ]);
  const isUsed = mailbox.actdeliverymethod === ActDeliveryMethod.serverSide;
  if (state.error) return <ErrorBar error={state.error} onRetry={state.refetch} />;
  if (state.data === undefined) return <Loading />;
  const isEmpty = state.data.Links.length === 0;
  if (!isUsed && isEmpty) return <Section title={text.title} lead={text.off} />;
  return (
    <>
      {state.data.Question && <SyncQuestion mailboxId={id} name={mailbox.name ?? ''} state={state.data} />}
      <Section title={text.title} actions={<Commands mailbox={mailbox} id={id} isEmpty={isEmpty} />}>
        <StateFacts state={state.data} />
        <FirstRun state={state.data} />
      </Section>
      {isUsed && <SyncPreview mailboxId={id} />}
      <Section title={syncText.links.list} lead={syncText.links.lead}>
        <LinkList of="mailbox" where={`mr_mailboxid eq ${id}`} prefix="l" />
      </Section>
    </>
  );
}

function StateFacts({ state }: { readonly state: SyncState }) {
  return (
    <Facts
      facts={[
        [text.enabled, state.Enabled ? partsText.yes : partsText.no],
        [text.status, state.Status],
        ...(state.StartDate
          ? [
              [
                text.start,
                startedWithAll(state) ? text.everything : <FullDate key="from" value={state.StartDate} />,
              ] as const,
            ]
          : []),
        ...state.Links.map(({ State, Count }) => [State, Count.toLocaleString()] as const),
        [text.failing, state.Failing.toLocaleString()],
        ...(state.NextTryOn ? [[text.nextTry, <When key="next" value={state.NextTryOn} />] as const] : []),
        [text.conflicts, state.OpenConflicts.toLocaleString()],
      ]}
    />
  );
}

/** How far the first synchronisation is. */
function FirstRun({ state }: { readonly state: SyncState }) {
  if (!state.FirstStartedOn) return null;
  const [done, total] = [state.FirstDone ?? 0, state.FirstTotal ?? 0];
  return (
    <div>
      <Text>
        {text.first}: {text.firstProgress(done, total)}
        {state.FirstCompletedOn && (
          <>
            , {text.firstDone} <When value={state.FirstCompletedOn} />
          </>
        )}
      </Text>
      {!state.FirstCompletedOn && <ProgressBar value={done} max={Math.max(1, total)} aria-label={text.first} />}
    </div>
  );
}

function Commands({
  mailbox,
  id,
  isEmpty,
}: {
  readonly mailbox: Mailbox;
  readonly id: string;
  readonly isEmpty: boolean;
}) {
  const writes = useWrites();
  const notify = useNotify();
  const names = [mailbox.name ?? ''];
  return (
    <div>
      <ConfirmButton
        label={text.resync.label}
        title={text.resync.title}
        action={text.resync.label}
        names={names}
        isDisabled={isEmpty}
        onConfirm={async () => {
          const { Links } = await writes.act<{ readonly Links: number }>('mailbox', id, 'mr_ResyncMailbox');
          notify(text.resync.done(Links));
        }}
      >
        {text.resync.sentence}
      </ConfirmButton>{' '}
      <ConfirmButton
        label={text.undo.label}
        title={text.undo.title}
        action={text.undo.label}
        names={names}
        isDisabled={isEmpty}
        onConfirm={async () => {
          let deleted = 0;
          let kept = 0;
          for (let isOver = false; !isOver; ) {
            const part = await writes.act<Undone>('mailbox', id, 'mr_UndoSync');
            deleted += part.Deleted;
            kept = part.Kept;
            isOver = part.Complete || part.Deleted === 0;
          }
          notify(text.undo.done(deleted, kept));
        }}
      >
        {text.undo.sentence}
      </ConfirmButton>
    </div>
  );
}

interface Undone {
  readonly Deleted: number;
  readonly Kept: number;
  readonly Complete: boolean;
}
