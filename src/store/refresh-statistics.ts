import type { TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** How much larger than when PostgreSQL counted it a table must be: as much as makes its autovacuum count anew, and 64 kB. */
const growth = 1.1;
const leastGrowthBytes = 65_536;

/**
 * Lets PostgreSQL count tables that grew much since it last did (ANALYZE), for plans of the next minute are made with what it knows: its own
 * autovacuum comes once a minute. Since a table must grow by a tenth, what this takes in all goes with what is written. A table that
 * is being counted is left to whoever does. Not for use inside a transaction that goes on.
 */
export async function refreshStatistics({ sql }: Pick<StoreScope, 'sql'>, tables: readonly TableName[]): Promise<void> {
  const grown = await sql<{ readonly relname: string }>(
    `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
     where c.relname = any($1::text[]) and c.relkind = 'r'
       and pg_relation_size(c.oid) > c.relpages::bigint * current_setting('block_size')::bigint * $2::float8 + $3::bigint`,
    [tables.map((table) => layoutOf(table).name), growth, leastGrowthBytes],
  );
  if (grown.length === 0) return;
  await sql(`analyze (skip_locked) ${grown.map(({ relname }) => quoted(relname)).join(', ')}`);
}
