import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { WebhookDelivery } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { webhooksText } from '../../text/webhooks.ts';

type Delivery = ApiRow<'mr_delivery'>;

const text = webhooksText.deliveries;

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2, display: 'block' } });

const tones: Readonly<Record<number, Tone>> = {
  [WebhookDelivery.waiting]: 'busy',
  [WebhookDelivery.delivered]: 'good',
  [WebhookDelivery.givenUp]: 'bad',
  [WebhookDelivery.notWanted]: 'quiet',
};

const states: ListFilter = {
  name: 'state',
  label: text.filter,
  options: [
    { value: 'all', label: text.states.all, condition: undefined },
    ...(['waiting', 'delivered', 'givenUp', 'notWanted'] as const).map((value) => ({
      value,
      label: text.states[value],
      condition: `mr_status eq ${WebhookDelivery[value]}`,
    })),
  ],
};

const eventOf = (row: Delivery): string => `${row.mr_table ?? ''} ${labelOf(row, 'mr_event')}`.trim();

const event: ListColumn<'mr_delivery'> = {
  name: text.columns.event,
  show: (row) => <Event row={row} />,
};
const webhook: ListColumn<'mr_delivery'> = {
  name: text.columns.webhook,
  show: (row) => <AppLink to={`/webhooks/${row._mr_webhookid_value}`}>{labelOf(row, '_mr_webhookid_value')}</AppLink>,
};
const columns: readonly ListColumn<'mr_delivery'>[] = [
  {
    name: text.columns.status,
    width: '120px',
    show: (row) => <StatusBadge tone={tones[row.mr_status ?? 0] ?? 'quiet'}>{labelOf(row, 'mr_status')}</StatusBadge>,
  },
  { name: text.columns.attempts, width: '70px', show: (row) => row.mr_attempts ?? 0, isMinor: true },
  { name: text.columns.answer, show: (row) => <Answer row={row} />, isMinor: true },
  {
    name: text.columns.happened,
    sort: 'createdon',
    width: '120px',
    show: (row) => <When value={row.createdon} />,
    isMinor: true,
  },
];

/** Deliveries of one webhook, or those of all that were given up, with the way to send them again. */
export function DeliveryList({ webhookId }: { readonly webhookId?: string }) {
  const writes = useWrites();
  const notify = useNotify();
  const { again } = text;
  return (
    <RecordList
      label={text.title}
      table="mr_delivery"
      prefix="d"
      where={
        webhookId === undefined ? `mr_status eq ${WebhookDelivery.givenUp}` : `_mr_webhookid_value eq ${webhookId}`
      }
      select={[
        'mr_deliveryid',
        'mr_table',
        'mr_recordid',
        'mr_event',
        'mr_status',
        'mr_attempts',
        'mr_nextattempton',
        'mr_lasterror',
        'mr_responsestatus',
        'createdon',
        '_mr_webhookid_value',
      ]}
      nameOf={eventOf}
      filters={webhookId === undefined ? [] : [states]}
      orderBy="createdon desc"
      columns={[event, ...(webhookId === undefined ? [webhook] : []), ...columns]}
      empty={webhookId === undefined ? text.noDead : text.none}
      isCounted={false}
      bulk={(rows, clear) => {
        const open = rows.filter((row) => row.mr_status !== WebhookDelivery.delivered);
        if (open.length === 0) return null;
        return (
          <ConfirmButton
            label={again.label}
            title={again.title}
            action={again.action}
            names={open.map(eventOf)}
            onConfirm={async () => {
              await doEach(open, eventOf, (row) =>
                writes.act('mr_delivery', row.mr_deliveryid ?? '', 'mr_DeliverAgain'),
              );
              notify(again.done(open.length));
              clear();
            }}
          >
            {again.sentence}
          </ConfirmButton>
        );
      }}
    />
  );
}

function Event({ row }: { readonly row: Delivery }) {
  const styles = useStyles();
  return (
    <>
      {eventOf(row)}
      {row.mr_recordid && (
        <Text size={200} className={styles.quiet}>
          {row.mr_table === 'email' ? (
            <AppLink to={`/emails/${row.mr_recordid}`}>{row.mr_recordid}</AppLink>
          ) : (
            row.mr_recordid
          )}
        </Text>
      )}
    </>
  );
}

function Answer({ row }: { readonly row: Delivery }) {
  const styles = useStyles();
  return (
    <>
      {[row.mr_responsestatus, row.mr_lasterror].filter(Boolean).join(' ')}
      {row.mr_status === WebhookDelivery.waiting && row.mr_nextattempton && (
        <Text size={200} className={styles.quiet}>
          {text.next} <When value={row.mr_nextattempton} />
        </Text>
      )}
    </>
  );
}
