import type { RecordStore } from '../../store/record-store.ts';
import type { ActField, ActTable, ActType, ActUser, DirectionValue } from './act-type.ts';

/** Which way each field goes for one user and table. */
export type Directions = (field: ActField) => DirectionValue;

/**
 * The directions of a table's fields: the user's own where set, else the organisation's, else the map's own (FM-01, FM-02). Fixed
 * fields keep theirs, and fields that are off for the user go nowhere (CC-08, PO-05).
 */
export async function readDirections(
  records: Pick<RecordStore, 'retrieveMultiple'>,
  systemuserid: string,
): Promise<(type: ActType, user: ActUser) => Directions> {
  const common = await records.retrieveMultiple({
    table: 'syncattributemapping',
    columns: ['entitytypecode', 'mappingname', 'syncdirection'],
  });
  const own = await records.retrieveMultiple({
    table: 'principalsyncattributemap',
    columns: ['entitytypecode', 'mappingname', 'syncdirection'],
    filter: { column: 'principalid', operator: 'eq', value: systemuserid },
  });
  const set = new Map<string, number>();
  for (const row of [...common.rows, ...own.rows]) {
    if (row.syncdirection == null) continue;
    set.set(keyOf((row.entitytypecode ?? '') as ActTable, row.mappingname ?? ''), row.syncdirection);
  }
  const directionOf = (type: ActType, user: ActUser, field: ActField): DirectionValue => {
    if (!type.isActive(field, user)) return 0;
    if (!field.isSettable) return field.direction;
    return (set.get(keyOf(type.table, field.name)) ?? field.direction) as DirectionValue;
  };
  const known = new WeakMap<ActUser, Map<ActType, ReadonlyMap<ActField, DirectionValue>>>();
  return (type, user) => {
    const ofTypes = known.get(user) ?? new Map<ActType, ReadonlyMap<ActField, DirectionValue>>();
    const directions =
      ofTypes.get(type) ?? new Map(type.fields.map((field) => [field, directionOf(type, user, field)]));
    known.set(user, ofTypes.set(type, directions));
    return (field) => directions.get(field) ?? directionOf(type, user, field);
  };
}

const keyOf = (table: ActTable, name: string): string => `${table} ${name}`;
