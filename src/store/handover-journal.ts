import { EmailStatus } from '../tables/choices.ts';
import type { StoreScope } from './database.ts';
import type { MailboxLease } from './mailbox-leases.ts';

/** What came of handing an email over, as the pipeline writes it down: any JSON. */
export interface HandoverEnd {
  readonly emailid: string;
  readonly outcome: unknown;
}

/**
 * Called a few hundred times a second over a table whose rows live for moments: its statistics are never true, so every row is
 * looked up by its key, whatever they say.
 */
export const handoverFunction = `create function mr_note_handovers(
  mailbox uuid, workname text, fence bigint, noted timestamptz, begun uuid[], ended json
) returns setof uuid language plpgsql set enable_seqscan = off as $$
declare
  note record;
  id uuid;
  status integer;
begin
  for note in select e.emailid, e.outcome from json_to_recordset(ended) as e(emailid uuid, outcome json) loop
    update mr_handover h set outcome = note.outcome where h.emailid = note.emailid and h.token = fence;
  end loop;
  if cardinality(begun) = 0 then
    return;
  end if;
  perform 1 from mr_mailboxlease l
  where l.mailboxid = mailbox and l.work = workname and l.token = fence and l.worker is not null for key share;
  if not found then
    return;
  end if;
  foreach id in array begun loop
    select m.statuscode into status from email m where m.activityid = id;
    if status = ${EmailStatus.sending} then
      insert into mr_handover (emailid, mailboxid, token, begunon) values (id, mailbox, fence, noted)
      on conflict (emailid) do nothing;
      if found then
        return next id;
      end if;
    end if;
  end loop;
end
$$`;

/** What goes into the journal at one time. */
export interface HandoverNotes {
  /** Emails about to be handed over. */
  readonly begun: readonly string[];
  /** Emails whose outcome is known. */
  readonly ended: readonly HandoverEnd[];
}

type Sql = Pick<StoreScope, 'sql'>;

/**
 * Writes what begins and what has ended on the wire, durably and in one transaction, so that after a crash only what really was
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
    'select emailid from mr_note_handovers($1::uuid, $2, $3::bigint, $4::timestamptz, $5::uuid[], $6::json) emailid',
    [lease.mailboxid, lease.work, lease.token.toString(), now, notes.begun, JSON.stringify(notes.ended)],
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
