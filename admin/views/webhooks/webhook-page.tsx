import { MessageBar, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { useParams, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid, TextField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { webhooksText as text } from '../../text/webhooks.ts';
import { newSecret } from './new-secret.ts';
import { SubscriptionList } from './subscription-list.tsx';
import { WebhookState } from './webhook-state.tsx';

const DeliveryList = lazy(async () => ({ default: (await import('./delivery-list.tsx')).DeliveryList }));
const RecordHistory = lazy(async () => ({ default: (await import('../audit/record-history.tsx')).RecordHistory }));

/** One webhook, or a new one at `/webhooks/new`. */
export function WebhookPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  return id === 'new' ? <NewWebhook /> : <KnownWebhook key={id} id={id} />;
}

const nothing = {};

function NewWebhook() {
  const writes = useWrites();
  const draft = useDraft(nothing);
  const [made, setMade] = useState<{ readonly id: string; readonly secret: string; readonly name: string }>();
  const router = useRouter();
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const secret = newSecret();
    const id = await writes.create('mr_webhook', { ...changes, mr_secret: secret });
    setMade({ id, secret, name: String(changes.mr_name ?? '') });
  };
  return (
    <>
      <PageTitle title={text.newWebhook} lead={text.newLead} />
      {made === undefined ? (
        <Section title={text.tabs.about}>
          <WebhookFields draft={draft} />
          <SaveBar draft={draft} onSave={save} label={text.create} />
        </Section>
      ) : (
        <>
          <ShownOnce
            values={{ [text.secret]: made.secret }}
            onClose={() => router.history.push(`/webhooks/${made.id}?tab=subscriptions`)}
          />
          <AppLink to={`/webhooks/${made.id}?tab=subscriptions`}>{made.name}</AppLink>
        </>
      )}
    </>
  );
}

function WebhookFields({ draft }: { readonly draft: Draft }) {
  return (
    <FieldGrid>
      <TextField draft={draft} name="mr_name" label={text.fields.name} isRequired />
      <TextField draft={draft} name="mr_url" label={text.fields.url} hint={text.fields.urlHint} isRequired />
    </FieldGrid>
  );
}

function KnownWebhook({ id }: { readonly id: string }) {
  const row = useRow('mr_webhook', id, ['mr_webhookid', 'mr_name', 'mr_url', 'mr_disabledreason', 'statecode']);
  const [tab, setTab] = useUrlState('tab', 'deliveries');
  const [secret, setSecret] = useState<string>();
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  const webhook = row.data;
  return (
    <>
      <PageTitle title={webhook.mr_name ?? ''} lead={<WebhookState row={webhook} />}>
        <Commands webhook={webhook} id={id} onSecret={setSecret} />
      </PageTitle>
      {webhook.mr_disabledreason && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{webhook.mr_disabledreason}</MessageBarBody>
        </MessageBar>
      )}
      {secret && <ShownOnce values={{ [text.secret]: secret }} onClose={() => setSecret(undefined)} />}
      <TabList selectedValue={tab} onTabSelect={(_event, { value }) => setTab(String(value))}>
        {Object.entries(text.tabs).map(([value, label]) => (
          <Tab key={value} value={value}>
            {label}
          </Tab>
        ))}
      </TabList>
      {tab === 'deliveries' && (
        <Suspense fallback={<Loading />}>
          <DeliveryList webhookId={id} />
        </Suspense>
      )}
      {tab === 'subscriptions' && <SubscriptionList webhookId={id} />}
      {tab === 'about' && <AboutWebhook key={id} webhook={webhook} id={id} />}
      {tab === 'history' && (
        <Suspense fallback={<Loading />}>
          <RecordHistory id={id} />
        </Suspense>
      )}
    </>
  );
}

interface WebhookProps {
  readonly webhook: ApiRow<'mr_webhook'>;
  readonly id: string;
}

function AboutWebhook({ webhook, id }: WebhookProps) {
  const writes = useWrites();
  const draft = useDraft(webhook);
  return (
    <Section title={text.tabs.about}>
      <WebhookFields draft={draft} />
      <SaveBar draft={draft} onSave={(changes) => writes.update('mr_webhook', id, changes, webhook['@odata.etag'])} />
    </Section>
  );
}

function Commands({ webhook, id, onSecret }: WebhookProps & { readonly onSecret: (secret: string) => void }) {
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  const names = [webhook.mr_name ?? ''];
  const { deactivate, rotate, remove } = text;
  return (
    <>
      <ActionButton
        label={text.test}
        done={text.tested}
        onAction={async () => {
          await writes.act('mr_webhook', id, 'mr_SendTestEvent');
        }}
      />
      <ConfirmButton
        label={rotate.label}
        title={rotate.title}
        action={rotate.action}
        names={names}
        onConfirm={async () => {
          const secret = newSecret();
          await writes.update('mr_webhook', id, { mr_secret: secret });
          onSecret(secret);
        }}
      >
        {rotate.sentence}
      </ConfirmButton>
      {webhook.statecode === 0 ? (
        <ConfirmButton
          label={deactivate.label}
          title={deactivate.title}
          action={deactivate.label}
          names={names}
          onConfirm={() => writes.update('mr_webhook', id, { statecode: 1 })}
        >
          {deactivate.sentence}
        </ConfirmButton>
      ) : (
        <ActionButton
          label={text.activate}
          done={text.activated}
          onAction={() => writes.update('mr_webhook', id, { statecode: 0 })}
        />
      )}
      <ConfirmButton
        label={remove.label}
        title={remove.title}
        action={remove.label}
        names={names}
        onConfirm={async () => {
          await writes.remove('mr_webhook', id);
          notify(remove.done);
          router.history.push('/webhooks');
        }}
      >
        {remove.sentence}
      </ConfirmButton>
    </>
  );
}
