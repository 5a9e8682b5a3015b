import { MailroomError } from '../base/errors.ts';
import { isUuid } from '../base/uuid.ts';
import type { TableName } from '../tables/catalog.ts';
import { writeParties } from './create-rows.ts';
import { withUpdateDefaults } from './defaults.ts';
import { createParameters } from './filter-scope.ts';
import { filterSql } from './filter-sql.ts';
import { partValues } from './party-lists.ts';
import type { RecordContext } from './record-context.ts';
import type { Filter } from './record-store.ts';
import { refusedValue } from './refused-value.ts';
import { encodeRow, type LooseRow } from './row-codec.ts';
import { isSealed, sealSecrets } from './sealed-columns.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { quoted, type TableLayout } from './table-layout.ts';
import { validateRecord } from './validate-record.ts';
import { writableLayout } from './writable-layout.ts';
import { assignments } from './write-sql.ts';

/** Changes one row and the party lists given; returns the new version. Throws notFound 80040217, conflict 80060882 when `ifMatch` is not the version. */
export async function updateRow(
  context: RecordContext,
  table: TableName,
  id: string,
  values: LooseRow,
  ifMatch: bigint | undefined,
): Promise<bigint> {
  const layout = writableLayout(table);
  validateRecord(table, values);
  const { own, lists } = partValues(layout, withoutId(layout, values, id));
  const stamp = { now: context.clock.now(), userId: context.userId, behalfId: context.behalfId };
  const sealed = sealSecrets(layout, id.toLowerCase(), withUpdateDefaults(layout, own, stamp), context.secretBox);
  const columns = encodeRow(layout, sealed);
  const write = async (executor: SqlExecutor): Promise<bigint> => {
    const parameters: unknown[] = [];
    const set = assignments(layout, columns, parameters);
    const where = `${quoted(layout.definition.primaryId)} = $${parameters.push(id)}::uuid`;
    const version = ifMatch === undefined ? '' : ` and versionnumber = $${parameters.push(ifMatch.toString())}::bigint`;
    const changed = await executor.arrays(
      `update ${quoted(table)} set ${set} where ${where}${version} returning versionnumber`,
      parameters,
    );
    const row = changed[0];
    if (row === undefined) throw await missingRow(executor, layout, id);
    if (lists.size > 0) {
      await executor.rows(
        'delete from activityparty where activityid = $1::uuid and participationtypemask = any($2::integer[])',
        [id, [...lists.keys()]],
      );
      await writeParties(context, executor, table, id, lists);
    }
    return row[0] as bigint;
  };
  if (!isUuid(id)) throw await missingRow(context.executor, layout, id);
  return lists.size === 0 ? write(context.executor) : context.executor.within(write);
}

/** Changes every match; returns how many. Secrets and party lists are bound to one row and refused. */
export async function updateMatches(
  context: RecordContext,
  table: TableName,
  filter: Filter,
  values: LooseRow,
): Promise<number> {
  const layout = writableLayout(table);
  validateRecord(table, values);
  for (const name of Object.keys(values)) {
    const column = layout.columns.get(name);
    if (
      column !== undefined &&
      (isSealed(column) || column.storage.kind === 'parties' || name === layout.definition.primaryId)
    ) {
      throw refusedValue('80040203', table, name, 'can be changed on one row at a time only.');
    }
  }
  const columns = encodeRow(
    layout,
    withUpdateDefaults(layout, values, {
      now: context.clock.now(),
      userId: context.userId,
      behalfId: context.behalfId,
    }),
  );
  const parameters = createParameters();
  const set = assignments(layout, columns, parameters.values);
  const where = filterSql(layout, filter, parameters);
  const counted = await context.executor.arrays(
    `with changed as (update ${quoted(table)} set ${set} where ${where} returning 1) select count(*) from changed`,
    parameters.values,
  );
  return Number(counted[0]?.[0] ?? 0);
}

/** The error of a write that met no row: gone, or there in another version. */
export async function missingRow(executor: SqlExecutor, layout: TableLayout, id: string): Promise<MailroomError> {
  const found = isUuid(id)
    ? await executor.arrays(
        `select 1 from ${quoted(layout.name)} where ${quoted(layout.definition.primaryId)} = $1::uuid`,
        [id],
      )
    : [];
  if (found.length === 0) {
    return new MailroomError(`There is no ${layout.name} with the id ${id}.`, { code: '80040217', kind: 'notFound' });
  }
  return new MailroomError(
    `The ${layout.name} ${id} was changed by someone else meanwhile. Read it again and repeat the change.`,
    {
      code: '80060882',
      kind: 'conflict',
    },
  );
}

/** The id among the values may only repeat the row's own. */
function withoutId(layout: TableLayout, values: LooseRow, id: string): LooseRow {
  const { primaryId } = layout.definition;
  const given = values[primaryId];
  if (given === undefined) return values;
  if (String(given).toLowerCase() !== id.toLowerCase())
    throw refusedValue('80040203', layout.name, primaryId, 'of a row cannot change.');
  const { [primaryId]: _same, ...rest } = values;
  return rest;
}
