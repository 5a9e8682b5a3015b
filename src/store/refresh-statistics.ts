import type { TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** How much larger a table must be than when PostgreSQL counted it, of its bytes then: about what makes its autovacuum count anew; and 64 kB more. */
const growth = 1.1;
const leastGrowthBytes = 65_536;

/**
 * Lets PostgreSQL count tables that grew by a tenth since it last did (PostgreSQL, ANALYZE): its own autovacuum comes once a minute, and
 * until then plans are made for the tables as they were. What this takes goes with what was written. A table that is being counted is
 * left to whoever does, one of another owner as it is; throws what the connection throws. Not for a transaction that goes on.
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
