import { Button } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type ListColumn, RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { webhooksText as text } from '../../text/webhooks.ts';
import { DeliveryList } from './delivery-list.tsx';
import { WebhookState } from './webhook-state.tsx';

const columns: readonly ListColumn<'mr_webhook'>[] = [
  {
    name: text.columns.name,
    sort: 'mr_name',
    show: (row) => <AppLink to={`/webhooks/${row.mr_webhookid}`}>{row.mr_name ?? ''}</AppLink>,
  },
  { name: text.columns.state, width: '140px', show: (row) => <WebhookState row={row} /> },
  { name: text.columns.url, show: (row) => row.mr_url ?? '', isMinor: true },
  { name: text.columns.owner, show: (row) => labelOf(row, '_ownerid_value'), isMinor: true },
];

/** All webhooks, and what could not be delivered. */
export function WebhooksPage() {
  const router = useRouter();
  return (
    <>
      <PageTitle title={text.title} lead={text.lead}>
        <Button appearance="primary" onClick={() => router.history.push('/webhooks/new')}>
          {text.newWebhook}
        </Button>
      </PageTitle>
      <RecordList
        label={text.list}
        table="mr_webhook"
        select={['mr_webhookid', 'mr_name', 'mr_url', 'statecode', 'mr_disabledreason', '_ownerid_value']}
        columns={columns}
        nameOf={(row) => row.mr_name ?? ''}
        searchBy={(words) => containsWords(words, ['mr_name', 'mr_url'])}
        orderBy="mr_name"
      />
      <Section title={text.deliveries.deadTitle} lead={text.deliveries.deadLead}>
        <DeliveryList />
      </Section>
    </>
  );
}
