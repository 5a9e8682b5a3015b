import { bigInt, guid, text } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** UnresolvedAddress: type code 2012. */
export const unresolvedaddressTable = {
  logicalName: 'unresolvedaddress',
  schemaName: 'UnresolvedAddress',
  entitySetName: 'unresolvedaddresses',
  objectTypeCode: 2012,
  primaryId: 'unresolvedaddressid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    emailaddress: text('EMailAddress', 100),
    fullname: text('FullName', 160, { access: 'R' }),
    telephone: text('Telephone', 50),
    unresolvedaddressid: guid('UnresolvedAddressId', { required: 'SystemRequired', access: 'CR' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
} as const satisfies TableDefinition;
