import type { ShownTable } from '../../api/entity-sets.ts';

/** Tables whose records are kept in step with Exchange, by their type codes. */
export const syncedTables = {
  2: 'contact',
  4201: 'appointment',
  4204: 'fax',
  4207: 'letter',
  4210: 'phonecall',
  4212: 'task',
  4251: 'recurringappointmentmaster',
} as const satisfies Readonly<Record<number, ShownTable>>;

/** One of those tables. */
export type SyncedTable = (typeof syncedTables)[keyof typeof syncedTables];

/** Path of the page of a record; undefined for a table that has none. */
export function recordPath(table: string | undefined, id: string | null | undefined): string | undefined {
  const isKnown = (Object.values(syncedTables) as readonly string[]).includes(table ?? '');
  return isKnown && id ? `/activities/${table}/${id}` : undefined;
}
