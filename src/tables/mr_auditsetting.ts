import { bigInt, bool, dateTime, guid, lookup, text } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** A switch of the audit: of a table, or of one column of it; without one the table is audited as `isAuditedByDefault` says. */
export const mr_auditsettingTable = {
  logicalName: 'mr_auditsetting',
  schemaName: 'mr_AuditSetting',
  entitySetName: 'mr_auditsettings',
  objectTypeCode: 10130,
  primaryId: 'mr_auditsettingid',
  primaryName: 'mr_table',
  ownership: 'OrganizationOwned',
  columns: {
    mr_auditsettingid: guid('mr_AuditSettingId', { required: 'SystemRequired', access: 'CR' }),
    mr_table: text('mr_Table', 64, { required: 'ApplicationRequired', access: 'CR' }),
    mr_column: text('mr_Column', 100, { access: 'CR' }),
    mr_isaudited: bool('mr_IsAudited', { default: true }),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [
    { columns: ['mr_table', 'mr_column'], unique: true, where: 'mr_column is not null' },
    { columns: ['mr_table'], unique: true, where: 'mr_column is null' },
  ],
} as const satisfies TableDefinition;
