import type { StoreScope } from './database.ts';
import { databasePlace } from './database-place.ts';

/** What the database's own mark of where it lives tells: it is there, it is somewhere else, or it was never marked. */
export type MarkFinding = 'same' | 'elsewhere' | 'new';

/** Compares the mark with where the database is now, and marks it anew. To be called in a transaction: others who ask wait (MG-06). Throws store errors. */
export async function markDatabase(scope: StoreScope): Promise<MarkFinding> {
  await scope.sql('lock table mr_serviceinfo in exclusive mode');
  const place = await databasePlace(scope.sql);
  const [marked] = await scope.sql<{ value: string }>("select value from mr_serviceinfo where key = 'place'");
  if (marked?.value === place) return 'same';
  await scope.sql(
    "insert into mr_serviceinfo (key, value) values ('place', $1) on conflict (key) do update set value = excluded.value",
    [place],
  );
  return marked === undefined ? 'new' : 'elsewhere';
}
