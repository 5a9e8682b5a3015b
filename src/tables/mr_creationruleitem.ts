import { bigInt, bool, dateTime, guid, integer, lookup, memo, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** One case of a creation rule: a condition on what came, and the record it makes; the first that fits counts (QU-08). */
export const mr_creationruleitemTable = {
  logicalName: 'mr_creationruleitem',
  schemaName: 'mr_CreationRuleItem',
  entitySetName: 'mr_creationruleitems',
  objectTypeCode: 10105,
  primaryId: 'mr_creationruleitemid',
  primaryName: 'mr_name',
  ownership: 'OrganizationOwned',
  columns: {
    mr_creationruleitemid: guid('mr_CreationRuleItemId', { required: 'SystemRequired', access: 'CR' }),
    mr_creationruleid: lookup('mr_CreationRuleId', ['mr_creationrule'], { required: 'ApplicationRequired', access: 'CR' }),
    mr_name: text('mr_Name', 200, { required: 'ApplicationRequired' }),
    mr_order: integer('mr_Order', { min: 0, default: 0 }),
    mr_filter: memo('mr_Filter', 10000),
    mr_targettable: text('mr_TargetTable', 64, { required: 'ApplicationRequired' }),
    mr_mapping: memo('mr_Mapping', 100000, { required: 'ApplicationRequired' }),
    mr_setsregarding: bool('mr_SetsRegarding', { default: true }),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_creationrule_items', 'mr_creationrule', 'mr_creationruleid', 'mr_CreationRuleId')],
  indexes: [{ columns: ['mr_creationruleid'] }],
} as const satisfies TableDefinition;
