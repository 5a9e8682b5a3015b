import type { RowSource } from '../filter-scope.ts';
import { comparedColumn } from '../join-sql.ts';
import { columnExpression } from '../row-codec.ts';
import { quoted } from '../table-layout.ts';
import type { DateGrouping } from './fetch.ts';
import type { FetchOutput } from './fetch-outputs.ts';

/** An expression with its SQL type. */
export interface TypedSql {
  readonly sql: string;
  readonly sqlType: string;
}

/** SQL of an output: its value, and for a lookup to several tables the table's name as a second one. `zone` is a placeholder. */
export function outputSql(output: FetchOutput, source: RowSource, zone: () => string): readonly TypedSql[] {
  const { column, attribute } = output;
  const sql = columnExpression(source.layout, column, source.qualifier);
  const sqlType = typeOf(output);
  if (attribute.dateGrouping !== undefined) {
    return [
      {
        sql: datePart(attribute.dateGrouping, sqlType === 'timestamptz' ? `(${sql} at time zone ${zone()})` : sql),
        sqlType: 'integer',
      },
    ];
  }
  if (attribute.aggregate !== undefined) return [aggregateSql(output, sql, sqlType)];
  const { storage } = column;
  if (attribute.groupBy && comparedColumn(source.layout, column.name).folded) return [{ sql: `min(${sql})`, sqlType }];
  if (storage.kind !== 'reference' || storage.tableColumn === undefined) return [{ sql, sqlType }];
  return [
    { sql, sqlType },
    { sql: `${source.qualifier}${quoted(storage.tableColumn)}`, sqlType: 'text' },
  ];
}

/** The form of an output's value by which rows are sorted and compared: texts folded. */
export function outputKeySql(
  output: FetchOutput,
  source: RowSource,
  values: readonly TypedSql[],
): TypedSql | undefined {
  const [value] = values;
  if (value === undefined || value.sqlType === 'bytea') return undefined;
  if (output.attribute.aggregate !== undefined || output.attribute.dateGrouping !== undefined) return value;
  const { expression, sqlType } = comparedColumn(source.layout, output.column.name, source.qualifier);
  return { sql: expression, sqlType };
}

function typeOf({ column: { storage } }: FetchOutput): string {
  if (storage.kind === 'plain') return storage.sqlType;
  return storage.kind === 'reference' ? 'uuid' : 'text';
}

function aggregateSql({ attribute }: FetchOutput, sql: string, sqlType: string): TypedSql {
  const distinct = attribute.distinct ? 'distinct ' : '';
  switch (attribute.aggregate) {
    case 'count':
      return { sql: 'count(*)', sqlType: 'bigint' };
    case 'countcolumn':
      return { sql: `count(${distinct}${sqlType === 'text' ? `lower(${sql})` : sql})`, sqlType: 'bigint' };
    case 'sum':
      return { sql: `sum(${distinct}${sql})::numeric`, sqlType: 'numeric' };
    case 'avg':
      return { sql: `avg(${distinct}${sql})::numeric`, sqlType: 'numeric' };
    default:
      return { sql: `${attribute.aggregate}(${sql})`, sqlType };
  }
}

/** Parts of dates as numbers; weeks begin on Sunday, the first with 1 January; fiscal years are calendar years. */
function datePart(grouping: DateGrouping, sql: string): string {
  switch (grouping) {
    case 'week':
      return `(extract(doy from ${sql})::integer - 1 + extract(dow from date_trunc('year', ${sql}))::integer) / 7 + 1`;
    case 'fiscal-period':
      return `extract(quarter from ${sql})::integer`;
    case 'fiscal-year':
      return `extract(year from ${sql})::integer`;
    default:
      return `extract(${grouping} from ${sql})::integer`;
  }
}
