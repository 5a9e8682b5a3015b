import { type AuditSwitch, isTableAudited } from '../../store/audit-triggers.ts';
import type { ApiModel, ApiTable } from '../api-model.ts';
import { attributesOf } from './attribute-metadata.ts';
import { type JsonEntity, label, managed, metadataId, readableName } from './json-entity.ts';
import { manyToOneOf, oneToManyOf } from './relationship-metadata.ts';

/** A table as `EntityDefinitions` describes it. */
export function entityMetadata(model: ApiModel, table: ApiTable, switches: readonly AuditSwitch[]): JsonEntity {
  const { definition } = table;
  const { logicalName, schemaName, entitySetName } = definition;
  const name = readableName(schemaName);
  const isActivity = definition.primaryId === 'activityid';
  const refersHere = (other: string) => [...table.toMany.values()].some((many) => many.table === other);
  return {
    type: 'EntityMetadata',
    json: {
      MetadataId: metadataId('entity', logicalName),
      LogicalName: logicalName,
      SchemaName: schemaName,
      EntitySetName: entitySetName,
      LogicalCollectionName: entitySetName,
      CollectionSchemaName: `${schemaName.slice(0, 1).toUpperCase()}${entitySetName.slice(1)}`,
      ObjectTypeCode: definition.objectTypeCode,
      PrimaryIdAttribute: definition.primaryId,
      PrimaryNameAttribute: definition.primaryName ?? null,
      OwnershipType: definition.ownership,
      DisplayName: label(name),
      DisplayCollectionName: label(readableName(entitySetName)),
      Description: label(undefined),
      TableType: 'Standard',
      IsActivity: isActivity,
      IsActivityParty: refersHere('activityparty') && !isActivity,
      IsIntersect: false,
      IsCustomEntity: logicalName.startsWith('mr_'),
      IsPrivate: false,
      IsValidForAdvancedFind: true,
      HasActivities: refersHere('activitypointer') || refersHere('email'),
      HasNotes: refersHere('annotation'),
      ChangeTrackingEnabled: table.hasVersion,
      IsAuditEnabled: managed(isTableAudited(logicalName, switches), 'canmodifyauditsettings'),
    },
    navigation: {
      Attributes: () => attributesOf(table, switches),
      Keys: () => [],
      OneToManyRelationships: () => oneToManyOf(model, table),
      ManyToOneRelationships: () => manyToOneOf(model, table),
    },
  };
}
