import type { ApiModel, ApiTable } from '../api-model.ts';
import { type JsonEntity, metadataId } from './json-entity.ts';

/** The relationships in which rows of the table name a row of another one. */
export function manyToOneOf(model: ApiModel, table: ApiTable): readonly JsonEntity[] {
  const found: JsonEntity[] = [];
  for (const one of table.toOne.values()) {
    const target = model.byName(one.table);
    if (target === undefined) continue;
    const many = [...target.toMany.values()].find((other) => other.table === table.name && other.column === one.column);
    found.push(relationship(table, one.column, one.name, target, many?.name));
  }
  return found;
}

/** The relationships in which rows of other tables name a row of the table. */
export function oneToManyOf(model: ApiModel, table: ApiTable): readonly JsonEntity[] {
  return allRelationships(model).filter((relationship) => relationship.json.ReferencedEntity === table.name);
}

/** All relationships, by schema name. */
export function allRelationships(model: ApiModel): readonly JsonEntity[] {
  return model.tables
    .flatMap((table) => manyToOneOf(model, table))
    .sort((a, b) => (String(a.json.SchemaName) < String(b.json.SchemaName) ? -1 : 1));
}

function relationship(
  table: ApiTable,
  column: string,
  navigation: string,
  target: ApiTable,
  collection: string | undefined,
): JsonEntity {
  const declared = table.definition.relationships.find(
    (one) => one.referencingColumn === column && one.referencedTable === target.name,
  );
  const schemaName = declared?.schemaName ?? `${target.name}_${table.name}_${column}`;
  return {
    type: 'OneToManyRelationshipMetadata',
    navigation: {},
    json: {
      MetadataId: metadataId('relationship', table.name, column, target.name),
      SchemaName: schemaName,
      RelationshipType: 'OneToManyRelationship',
      IsCustomRelationship: schemaName.startsWith('mr_'),
      IsValidForAdvancedFind: true,
      ReferencedEntity: target.name,
      ReferencedAttribute: target.definition.primaryId,
      ReferencingEntity: table.name,
      ReferencingAttribute: column,
      ReferencedEntityNavigationPropertyName: collection ?? null,
      ReferencingEntityNavigationPropertyName: navigation,
      IsHierarchical: target.name === table.name && column.startsWith('parent'),
      CascadeConfiguration: {
        Assign: 'NoCascade',
        Delete: 'RemoveLink',
        Merge: 'NoCascade',
        Reparent: 'NoCascade',
        Share: 'NoCascade',
        Unshare: 'NoCascade',
      },
    },
  };
}
