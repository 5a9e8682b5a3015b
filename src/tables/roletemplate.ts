import { guid, text } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** RoleTemplate: type code 1037; tells which of the roles is the System Administrator, as everywhere. */
export const roletemplateTable = {
  logicalName: 'roletemplate',
  schemaName: 'RoleTemplate',
  entitySetName: 'roletemplates',
  objectTypeCode: 1037,
  primaryId: 'roletemplateid',
  primaryName: 'name',
  ownership: 'None',
  columns: {
    name: text('Name', 100, { access: 'R' }),
    roletemplateid: guid('RoleTemplateId', { required: 'SystemRequired', access: 'R' }),
  },
  relationships: [],
} as const satisfies TableDefinition;
