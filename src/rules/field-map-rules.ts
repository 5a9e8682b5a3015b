import type { RecordOf } from '../tables/catalog.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Direction = { readonly syncdirection?: number | null };

/** The directions of fields, which an administrator sets where the map lets them be set (FM-01, FM-02). */
export const fieldMapRules: TableRules<'syncattributemapping'> = {
  beforeCreate: async () =>
    refuse('80040203', 'Field maps are fixed; change the direction of a row (syncdirection) instead of making one.'),
  beforeUpdate: async (_context, _id, before, values) => {
    checkSettable(before, values);
    return values;
  },
  beforeDelete: async () =>
    refuse('80040203', 'Field maps are fixed; set syncdirection to 0 so that a field is not synchronised.'),
};

/** A user's own directions, which go before the organisation's (FM-02). */
export const userFieldMapRules: TableRules<'principalsyncattributemap'> = {
  beforeCreate: async (context, values) => {
    checkSettable(await mapOf(context, values), values);
    return { ...values, principalid: values.principalid ?? context.caller.systemuserid };
  },
  beforeUpdate: async (context, _id, before, values) => {
    checkSettable(await mapOf(context, { ...before, ...values }), values);
    return values;
  },
};

async function mapOf(
  context: RuleContext,
  { entitytypecode, mappingname }: RecordOf<'principalsyncattributemap'>,
): Promise<RecordOf<'syncattributemapping'>> {
  const page = await context.records.retrieveMultiple({
    table: 'syncattributemapping',
    filter: {
      and: [
        { column: 'entitytypecode', operator: 'eq', value: entitytypecode ?? '' },
        { column: 'mappingname', operator: 'eq', value: mappingname ?? '' },
      ],
    },
  });
  const [row] = page.rows;
  if (row === undefined)
    refuse(
      '80040203',
      `${entitytypecode ?? '(no table)'} has no field map "${mappingname ?? ''}". Take a mappingname of syncattributemapping.`,
    );
  return row as RecordOf<'syncattributemapping'>;
}

function checkSettable(map: RecordOf<'syncattributemapping'>, { syncdirection }: Direction): void {
  if (syncdirection == null || syncdirection === map.defaultsyncdirection || map.allowedsyncdirection === 3) return;
  refuse('80040203', `The direction of "${map.mappingname}" of ${map.entitytypecode} is fixed and cannot be set.`);
}
