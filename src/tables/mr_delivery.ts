import { bigInt, choice, dateTime, guid, integer, lookup, memo, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** One event for one subscription, written in the transaction of the change itself, until its endpoint has taken it. */
export const mr_deliveryTable = {
  logicalName: 'mr_delivery',
  schemaName: 'mr_Delivery',
  entitySetName: 'mr_deliveries',
  objectTypeCode: 10123,
  primaryId: 'mr_deliveryid',
  primaryName: 'mr_table',
  ownership: 'OrganizationOwned',
  columns: {
    mr_deliveryid: guid('mr_DeliveryId', { required: 'SystemRequired', access: 'R' }),
    mr_webhookid: lookup('mr_WebhookId', ['mr_webhook'], { access: 'R' }),
    mr_subscriptionid: lookup('mr_SubscriptionId', ['mr_subscription'], { access: 'R' }),
    mr_table: text('mr_Table', 64, { access: 'R' }),
    mr_recordid: guid('mr_RecordId', { access: 'R' }),
    mr_event: choice(
      'mr_Event',
      [
        [100000000, 'Create'],
        [100000001, 'Update'],
        [100000002, 'Delete'],
        [100000003, 'Test'],
      ],
      { access: 'R' },
    ),
    mr_changedcolumns: memo('mr_ChangedColumns', 8000, { access: 'R' }),
    mr_status: choice(
      'mr_Status',
      [
        [100000000, 'Waiting'],
        [100000001, 'Delivered'],
        [100000002, 'Given up'],
        [100000003, 'Not wanted'],
      ],
      { access: 'R' },
    ),
    mr_attempts: integer('mr_Attempts', { access: 'R', min: 0, default: 0 }),
    mr_nextattempton: dateTime('mr_NextAttemptOn', { access: 'R' }),
    mr_lasterror: memo('mr_LastError', 4000, { access: 'R' }),
    mr_responsestatus: integer('mr_ResponseStatus', { access: 'R' }),
    mr_deliveredon: dateTime('mr_DeliveredOn', { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_webhook_deliveries', 'mr_webhook', 'mr_webhookid', 'mr_WebhookId'), toOne('mr_subscription_deliveries', 'mr_subscription', 'mr_subscriptionid', 'mr_SubscriptionId')],
  indexes: [{ columns: ['mr_nextattempton'], where: 'mr_status = 100000000' }, { columns: ['mr_status', 'createdon'] }, { columns: ['mr_webhookid', 'createdon'] }],
} as const satisfies TableDefinition;
