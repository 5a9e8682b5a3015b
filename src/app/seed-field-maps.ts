import { uuidOf } from '../base/uuid.ts';
import { Direction } from '../pipelines/synchronization/act-type.ts';
import { actTypes } from '../pipelines/synchronization/act-types.ts';
import type { RecordStore } from '../store/record-store.ts';

/** Writes the field maps (ch. 27) as rows that an administrator can set directions on (FM-02); rows that are there stay. */
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
      allowedsyncdirection: field.isSettable ? Direction.both : field.direction,
      organizationid: { table: 'organization', id: organizationid },
    })),
  );
  await records.createMany('syncattributemapping', rows, { onConflict: 'skip' });
}
