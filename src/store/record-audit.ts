import type { StoreScope } from './database.ts';

/** What the audit is told of beside changes of rows. */
export interface AuditEntry {
  /** Number of `audit.action`. */
  readonly action: number;
  /** The row it is about. */
  readonly object: { readonly table: string; readonly id: string };
  readonly userId: string;
  /** Who acts in that user's name. */
  readonly actingUserId?: string | undefined;
  /** Column that it is about, by logical name. */
  readonly column?: string | undefined;
  /** Written even when the organisation's audit is off: that it was switched off. */
  readonly isAlways?: boolean;
}

/** Writes one row of the audit, in the scope's transaction; nothing when the organisation's audit is off. */
export async function recordAudit(scope: Pick<StoreScope, 'sql'>, entry: AuditEntry, now: Date): Promise<void> {
  const changed = entry.column === undefined ? [] : [{ logicalName: entry.column }];
  await scope.sql(
    `insert into audit (auditid, action, operation, objectid, objectid__table, userid, callinguserid, changedata, createdon, transactionid)
     select gen_random_uuid(), $1::integer, 2, $2::uuid, $3, $4::uuid, $5::uuid, $6, $7, md5(pg_current_xact_id()::text)::uuid
     from organization where $8::boolean or isauditenabled is not false limit 1`,
    [
      entry.action,
      entry.object.id,
      entry.object.table,
      entry.userId,
      entry.actingUserId ?? null,
      JSON.stringify({ changedAttributes: changed }),
      now,
      entry.isAlways ?? false,
    ],
  );
}

/** Notes for the audit, until the transaction ends, who makes its changes and who acts in that user's name. */
export async function noteAuditUser(
  scope: Pick<StoreScope, 'sql'>,
  userId: string,
  actingUserId: string | undefined,
): Promise<void> {
  await scope.sql(`select set_config('mailroom.user', $1, true), set_config('mailroom.acting', $2, true)`, [
    userId,
    actingUserId ?? '',
  ]);
}
