import type { Clock } from '../base/clock.ts';
import type { TableName } from '../tables/catalog.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** How many rows of a table hold a word that begins so, by the database's statistics; undefined where it has none. */
export type CountWord = (beginning: string) => number;

/** What the statistics of the search indexes say. */
export interface WordFrequencies {
  of(table: TableName): Promise<CountWord | undefined>;
}

/** Statistics change with autovacuum; they are read again after this time, milliseconds. */
const keptMs = 300_000;

interface Kept {
  readonly readOn: number;
  readonly count: Promise<CountWord | undefined>;
}

/** Reads the statistics once in five minutes. */
export function createWordFrequencies(executor: Pick<SqlExecutor, 'arrays'>, clock: Clock): WordFrequencies {
  const kept = new Map<TableName, Kept>();
  return {
    of(table) {
      const now = clock.now().getTime();
      const known = kept.get(table);
      if (known !== undefined && now - known.readOn < keptMs) return known.count;
      const count = readFrequencies(executor, table);
      kept.set(table, { readOn: now, count });
      count.catch(() => kept.delete(table));
      return count;
    },
  };
}

/** A word that is not listed is at most as frequent as the rarest listed one. */
async function readFrequencies(
  executor: Pick<SqlExecutor, 'arrays'>,
  table: TableName,
): Promise<CountWord | undefined> {
  const rows = await executor.arrays(
    `select word, share * c.reltuples from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
       join pg_stats s on s.schemaname = n.nspname and s.tablename = $1::text || '_search',
       unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as listed (word, share)
     where c.relname = $1::text and c.reltuples > 0 and word is not null`,
    [table],
  );
  if (rows.length === 0) return undefined;
  const listed = rows.map(([word, count]) => ({ word: String(word), count: Number(count) }));
  const least = Math.min(...listed.map(({ count }) => count));
  return (beginning) => {
    const lower = beginning.toLowerCase();
    return listed.reduce((sum, { word, count }) => sum + (word.startsWith(lower) ? count : 0), least);
  };
}
