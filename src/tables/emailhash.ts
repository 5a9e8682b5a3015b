import { bigInt, dateTime, guid, integer, lookup, owner, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** EmailHash: type code 4023. */
export const emailhashTable = {
  logicalName: 'emailhash',
  schemaName: 'EmailHash',
  entitySetName: 'emailhashes',
  objectTypeCode: 4023,
  primaryId: 'emailhashid',
  primaryName: undefined,
  ownership: 'UserOwned',
  columns: {
    activityid: lookup('ActivityId', ['activitypointer']),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    emailhashid: guid('EmailHashId', { required: 'SystemRequired', access: 'CR' }),
    hash: integer('Hash'),
    hashtype: integer('HashType'),
    ownerid: owner('OwnerId', ['systemuser', 'team'], { required: 'ApplicationRequired', access: 'R' }),
    owningbusinessunit: guid('OwningBusinessUnit', { required: 'ApplicationRequired', access: 'R' }),
    owninguser: guid('OwningUser', { required: 'ApplicationRequired', access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('activitypointer_emailhash_activityid', 'activitypointer', 'activityid', 'activityid')],
} as const satisfies TableDefinition;
