import { EmailStatus } from '../tables/choices.ts';
import type { StoreScope } from './database.ts';
import type { MailboxLease } from './mailbox-leases.ts';

/** What came of handing an email over, as the pipeline writes it down: any JSON. */
export interface HandoverEnd {
  readonly emailid: string;
  readonly outcome: unknown;
}

/** What goes into the journal at one time. */
export interface HandoverNotes {
  /** Emails about to be handed over. */
  readonly begun: readonly string[];
  /** Emails whose outcome is known. */
  readonly ended: readonly HandoverEnd[];
}

type Sql = Pick<StoreScope, 'sql'>;

/**
 * Writes what begins and what has ended on the wire, durably and in one statement, so that after a crash only what really was
 * under way is uncertain (OU-06). Returns the emails that may be handed over: those that are Sending and not on the wire already,
 * and none of them when the lease is another's now (AR-12). Table `mr_handover`.
 */
export async function noteHandovers(
  scope: Sql,
  lease: MailboxLease,
  now: Date,
  notes: HandoverNotes,
): Promise<ReadonlySet<string>> {
  const rows = await scope.sql<{ emailid: string }>(
    `with ended as (
       update mr_handover h set outcome = e.outcome
       from json_to_recordset($1::json) as e(emailid uuid, outcome json)
       where h.emailid = e.emailid and h.token = $2::bigint)
     insert into mr_handover (emailid, mailboxid, token, begunon)
     select b.emailid, l.mailboxid, l.token, $3::timestamptz
     from mr_mailboxlease l cross join unnest($4::uuid[]) b(emailid)
     join email m on m.activityid = b.emailid and m.statuscode = ${EmailStatus.sending}
     where l.mailboxid = $5::uuid and l.work = $6 and l.token = $2::bigint and l.worker is not null
     for key share of l
     on conflict (emailid) do nothing
     returning emailid`,
    [JSON.stringify(notes.ended), lease.token.toString(), now, notes.begun, lease.mailboxid, lease.work],
  );
  return new Set(rows.map((row) => row.emailid));
}

/** The journal's entries for these emails, locked until the transaction ends: `outcome` is null for one whose handing over never ended. */
export function readHandovers(scope: Sql, emailids: readonly string[]): Promise<readonly HandoverEnd[]> {
  return scope.sql<HandoverEnd>('select emailid, outcome from mr_handover where emailid = any($1::uuid[]) for update', [
    emailids,
  ]);
}

/** Takes emails out of the journal, in the transaction that writes their outcome on their records. */
export async function forgetHandovers(scope: Sql, emailids: readonly string[]): Promise<void> {
  if (emailids.length > 0) await scope.sql('delete from mr_handover where emailid = any($1::uuid[])', [emailids]);
}
