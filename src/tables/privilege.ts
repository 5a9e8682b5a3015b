import { bigInt, bool, guid, integer, text } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** Privilege: type code 1023. Rows are made by the service, one for each privilege it knows. */
export const privilegeTable = {
  logicalName: 'privilege',
  schemaName: 'Privilege',
  entitySetName: 'privileges',
  objectTypeCode: 1023,
  primaryId: 'privilegeid',
  primaryName: 'name',
  ownership: 'None',
  columns: {
    accessright: integer('AccessRight', { access: 'R' }),
    canbebasic: bool('CanBeBasic', { access: 'R' }),
    canbedeep: bool('CanBeDeep', { access: 'R' }),
    canbeentityreference: bool('CanBeEntityReference', { access: 'R' }),
    canbeglobal: bool('CanBeGlobal', { access: 'R' }),
    canbelocal: bool('CanBeLocal', { access: 'R' }),
    canbeparententityreference: bool('CanBeParentEntityReference', { access: 'R' }),
    isdisabledwhenintegrated: bool('IsDisabledWhenIntegrated', { default: false, access: 'R' }),
    name: text('Name', 100, { access: 'R' }),
    privilegeid: guid('PrivilegeId', { required: 'SystemRequired', access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [],
  indexes: [{ columns: ['name'], unique: true }],
} as const satisfies TableDefinition;
