import { bigInt, bool, dateTime, guid, lookup, memo, state, status, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** What an endpoint is told of: a table, its events, and which of its records. */
export const mr_subscriptionTable = {
  logicalName: 'mr_subscription',
  schemaName: 'mr_Subscription',
  entitySetName: 'mr_subscriptions',
  objectTypeCode: 10122,
  primaryId: 'mr_subscriptionid',
  primaryName: 'mr_name',
  ownership: 'OrganizationOwned',
  columns: {
    mr_subscriptionid: guid('mr_SubscriptionId', { required: 'SystemRequired', access: 'CR' }),
    mr_name: text('mr_Name', 200),
    mr_webhookid: lookup('mr_WebhookId', ['mr_webhook'], { required: 'ApplicationRequired' }),
    mr_table: text('mr_Table', 64, { required: 'ApplicationRequired' }),
    mr_oncreate: bool('mr_OnCreate', { default: true }),
    mr_onupdate: bool('mr_OnUpdate', { default: true }),
    mr_ondelete: bool('mr_OnDelete', { default: true }),
    mr_columns: text('mr_Columns', 2000),
    mr_filter: memo('mr_Filter', 10000),
    mr_select: text('mr_Select', 2000),
    statecode: state(
      'StateCode',
      [
        [0, 'Active'],
        [1, 'Inactive'],
      ],
      { required: 'SystemRequired', default: 0 },
    ),
    statuscode: status(
      'StatusCode',
      [
        [1, 'Active', 0],
        [2, 'Inactive', 1],
      ],
      { default: 1 },
    ),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_webhook_subscriptions', 'mr_webhook', 'mr_webhookid', 'mr_WebhookId')],
  indexes: [{ columns: ['mr_table'] }, { columns: ['mr_webhookid'] }],
} as const satisfies TableDefinition;
