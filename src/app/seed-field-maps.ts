import { uuidOf } from '../base/uuid.ts';
import { Direction } from '../pipelines/synchronization/act-type.ts';
import { actTypes } from '../pipelines/synchronization/act-types.ts';
import type { RecordStore } from '../store/record-store.ts';

/** Writes the field maps (ch. 27) as rows that an administrator can set directions on (FM-02); directions that were set stay. */
export async function seedFieldMaps(records: RecordStore, organizationid: string): Promise<void> {
  const rows = actTypes.flatMap(({ table, fields }) =>
    fields.map((field) => ({
      syncattributemappingid: uuidOf(`field map ${table} ${field.name}`),
      entitytypecode: table,
      mappingname: field.name,
      attributecrmname: field.columns[0] ?? field.name,
      attributeexchangename: field.exchangeName,
      iscomputed: field.columns.length > 1,
      computedproperties: field.columns.length > 1 ? field.columns.join(',').slice(0, 500) : null,
      defaultsyncdirection: field.direction,
      syncdirection: field.direction,
      allowedsyncdirection: field.isSettable ? Direction.both : Direction.none,
      organizationid: { table: 'organization', id: organizationid },
    })),
  );
  await records.createMany('syncattributemapping', rows, { onConflict: 'skip' });
  const fixed = rows.filter((row) => row.allowedsyncdirection === Direction.none);
  await records.updateWhere(
    'syncattributemapping',
    {
      and: [
        { column: 'syncattributemappingid', operator: 'in', value: fixed.map((row) => row.syncattributemappingid) },
        { column: 'allowedsyncdirection', operator: 'ne', value: Direction.none },
      ],
    },
    { allowedsyncdirection: Direction.none },
  );
}
