import type { StoreScope } from './database.ts';

/**
 * Where the database lives: the PostgreSQL cluster, by the number it got when it was made, and the database in it. A backup that is restored
 * elsewhere, or a database made from another as its template, has another place than the one it was copied from; a renamed database, a
 * restarted server and a standby that took over have the same (MG-06). Throws store errors.
 */
export async function databasePlace(sql: StoreScope['sql']): Promise<string> {
  const rows = await sql<{ place: string }>(
    `select s.system_identifier || '/' || d.oid as place
     from pg_control_system() s, pg_database d where d.datname = current_database()`,
  );
  return rows[0]?.place ?? '';
}
