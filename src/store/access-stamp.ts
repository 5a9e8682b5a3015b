import type { StoreScope } from './database.ts';

/** Notes, within the transaction, that roles, teams or units changed: from its commit on nobody's rights are taken from memory. */
export async function bumpAccessStamp(scope: Pick<StoreScope, 'sql'>): Promise<void> {
  await scope.sql(
    `insert into mr_serviceinfo (key, value) values ('access', nextval('mr_rowversion')::text)
     on conflict (key) do update set value = excluded.value`,
  );
}
