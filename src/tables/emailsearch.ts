import { bigInt, bool, guid, integer, lookup, text } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** EmailSearch: type code 4299. */
export const emailsearchTable = {
  logicalName: 'emailsearch',
  schemaName: 'EmailSearch',
  entitySetName: 'emailsearches',
  objectTypeCode: 4299,
  primaryId: 'emailsearchid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    emailaddress: text('EmailAddress', 100),
    emailsearchid: guid('EmailSearchId', { required: 'SystemRequired', access: 'CR' }),
    parentobjectid: lookup('ParentObjectId', ['account', 'businessunit', 'contact', 'lead', 'queue', 'systemuser', 'team']),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
    mr_columnnumber: integer('mr_ColumnNumber', { access: 'R', min: 1 }),
    mr_isinactive: bool('mr_IsInactive', { access: 'R' }),
    mr_ownerid: guid('mr_OwnerId', { access: 'R' }),
  },
  relationships: [],
} as const satisfies TableDefinition;
