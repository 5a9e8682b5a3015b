import { bigInt, bool, dateTime, entityName, guid, integer, lookup, owner, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** ExchangeSyncIdMapping: type code 4120. */
export const exchangesyncidmappingTable = {
  logicalName: 'exchangesyncidmapping',
  schemaName: 'ExchangeSyncIdMapping',
  entitySetName: 'exchangesyncidmappings',
  objectTypeCode: 4120,
  primaryId: 'exchangesyncidmappingid',
  primaryName: undefined,
  ownership: 'UserOwned',
  columns: {
    createdon: dateTime('CreatedOn', { access: 'R' }),
    exchangeentryid: text('ExchangeEntryId', 1024),
    exchangesyncidmappingid: guid('ExchangeSyncIdmappingId', { required: 'SystemRequired', access: 'CR' }),
    fromcrmchangetype: integer('FromCrmChangeType'),
    isdeletedinexchange: bool('IsDeletedInExchange'),
    isunlinkedincrm: bool('IsUnlinkedInCRM'),
    itemsubject: text('ItemSubject', 2048),
    lastsyncerror: text('LastSyncError', 2048),
    lastsyncerrorcode: integer('LastSyncErrorCode'),
    lastsyncerroroccurredon: dateTime('LastSyncErrorOccurredOn'),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    objectid: guid('ObjectId'),
    objecttypecode: integer('ObjectTypeCode'),
    ownerid: owner('OwnerId', ['systemuser', 'team'], { required: 'SystemRequired', access: 'CR' }),
    owneridtype: entityName('OwnerIdType', { required: 'SystemRequired', access: 'CR' }),
    owningbusinessunit: lookup('OwningBusinessUnit', ['businessunit'], { access: 'R' }),
    owningteam: lookup('OwningTeam', ['team'], { access: 'R' }),
    owninguser: lookup('OwningUser', ['systemuser'], { access: 'R' }),
    retries: integer('Retries'),
    tocrmchangetype: integer('ToCrmChangeType'),
    userdecision: integer('UserDecision'),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('business_unit_exchangesyncidmapping', 'businessunit', 'owningbusinessunit', 'owningbusinessunit'), toOne('team_exchangesyncidmapping', 'team', 'owningteam', 'owningteam'), toOne('user_exchangesyncidmapping', 'systemuser', 'owninguser', 'owninguser')],
} as const satisfies TableDefinition;
