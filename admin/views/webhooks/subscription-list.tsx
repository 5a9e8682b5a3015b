import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { reference, useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { webhooksText } from '../../text/webhooks.ts';
import { SubscriptionForm } from './subscription-form.tsx';

type Subscription = ApiRow<'mr_subscription'>;

const text = webhooksText.subscriptions;

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, display: 'block' },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
});

const tableNames: Readonly<Record<string, string>> = text.tables;

/** What a webhook is told of, with the ways to add to it, change and end it. */
export function SubscriptionList({ webhookId }: { readonly webhookId: string }) {
  const styles = useStyles();
  const writes = useWrites();
  const [edited, setEdited] = useState<string>();
  const rows = useRows({
    table: 'mr_subscription',
    select: [
      'mr_subscriptionid',
      'mr_table',
      'mr_oncreate',
      'mr_onupdate',
      'mr_ondelete',
      'mr_columns',
      'mr_filter',
      'mr_select',
      'statecode',
    ],
    filter: `_mr_webhookid_value eq ${webhookId}`,
    orderBy: 'createdon',
    top: 200,
  });
  const found = rows.data?.value ?? [];
  const row = found.find((one) => one.mr_subscriptionid === edited);
  const nameOf = (one: Subscription): string => tableNames[one.mr_table ?? ''] ?? one.mr_table ?? '';
  return (
    <Section title={text.title} lead={text.lead} actions={<Button onClick={() => setEdited('new')}>{text.add}</Button>}>
      {rows.error && <ErrorBar error={rows.error} onRetry={rows.refetch} />}
      {rows.isPending && <Loading />}
      {edited !== undefined && (edited === 'new' || row) && (
        <SubscriptionForm
          key={edited}
          subscription={row}
          onSave={async (values) => {
            if (row?.mr_subscriptionid) await writes.update('mr_subscription', row.mr_subscriptionid, values);
            else
              await writes.create('mr_subscription', {
                ...values,
                'mr_WebhookId@odata.bind': reference('mr_webhook', webhookId),
              });
            setEdited(undefined);
          }}
          onCancel={() => setEdited(undefined)}
        />
      )}
      {rows.data && found.length === 0 && <Text className={styles.quiet}>{text.none}</Text>}
      {found.length > 0 && (
        <PlainTable
          label={text.title}
          rows={found}
          keyOf={(one) => one.mr_subscriptionid ?? ''}
          columns={[
            { name: text.table, show: nameOf, width: '160px' },
            {
              name: text.events,
              show: (one) =>
                [
                  one.mr_oncreate && text.onCreate,
                  one.mr_onupdate && text.onUpdate,
                  one.mr_ondelete && text.onDelete,
                  one.statecode !== 0 && text.off,
                ]
                  .filter(Boolean)
                  .join(', '),
            },
            {
              name: text.filter,
              isMinor: true,
              show: (one) => (
                <>
                  {one.mr_filter && <span className={styles.code}>{one.mr_filter}</span>}
                  {one.mr_columns && <span className={styles.code}>{one.mr_columns}</span>}
                </>
              ),
            },
            {
              name: text.edit,
              width: '190px',
              show: (one) => (
                <div className={styles.buttons}>
                  <Button size="small" onClick={() => setEdited(one.mr_subscriptionid ?? '')}>
                    {text.edit}
                  </Button>
                  <ConfirmButton
                    size="small"
                    label={text.remove}
                    title={text.removeTitle}
                    action={text.remove}
                    names={[nameOf(one)]}
                    onConfirm={() => writes.remove('mr_subscription', one.mr_subscriptionid ?? '')}
                  >
                    {text.removeSentence}
                  </ConfirmButton>
                </div>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
