import { bigInt, bool, dateTime, guid, lookup, owner, state, status, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** An endpoint that is told of events; what it is told is what its owner may read. */
export const mr_webhookTable = {
  logicalName: 'mr_webhook',
  schemaName: 'mr_Webhook',
  entitySetName: 'mr_webhooks',
  objectTypeCode: 10121,
  primaryId: 'mr_webhookid',
  primaryName: 'mr_name',
  ownership: 'UserOwned',
  columns: {
    mr_webhookid: guid('mr_WebhookId', { required: 'SystemRequired', access: 'CR' }),
    mr_name: text('mr_Name', 200, { required: 'ApplicationRequired' }),
    mr_url: text('mr_Url', 2000, { required: 'ApplicationRequired' }),
    mr_secret: text('mr_Secret', 200, { access: 'CU' }),
    mr_issecretset: bool('mr_IsSecretSet', { access: 'R' }),
    mr_disabledreason: text('mr_DisabledReason', 1000, { access: 'R' }),
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
    ownerid: owner('OwnerId', ['systemuser', 'team'], { required: 'SystemRequired' }),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_owner_webhooks', 'systemuser', 'ownerid', 'ownerid')],
} as const satisfies TableDefinition;
