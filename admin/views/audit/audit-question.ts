import { allOf } from '../../api/odata.ts';
import type { PickedRecord } from '../../parts/record-field.tsx';

/** What is looked for in the audit; all of it must hold. */
export interface AuditQuestion {
  readonly user?: PickedRecord | undefined;
  readonly record?: PickedRecord | undefined;
  /** Local date and time, as `datetime-local` gives it. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** The condition of a question; undefined where nothing is looked for. */
export function conditionOf({ user, record, from, until }: AuditQuestion): string | undefined {
  return allOf(
    user && `_userid_value eq ${user.id}`,
    record && `_objectid_value eq ${record.id}`,
    from ? `createdon ge ${new Date(from).toISOString()}` : undefined,
    until ? `createdon le ${new Date(until).toISOString()}` : undefined,
  );
}
