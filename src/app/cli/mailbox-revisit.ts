import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { askRevisit, type Revisit, revisitColumns } from '../../pipelines/incoming/revisit.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { revisitRequest } from '../revisit-request.ts';
import type { DatabaseContext } from './command-context.ts';
import { printRecord } from './output.ts';
import { startProgress } from './progress.ts';

/** Time without any progress after which nobody seems to work on it, milliseconds. */
const patienceMs = 120_000;

/**
 * Asks for a second look at a mailbox and shows how far a running service is with it (TE-09). Ending the command does not end the
 * work. Throws `mr_RevisitWaits` when nothing moves for two minutes.
 */
export async function revisitMailbox(
  context: DatabaseContext,
  mailbox: RecordOf<'mailbox'>,
  request: { readonly kind: Revisit['kind']; readonly since: Date; readonly waits: boolean },
): Promise<void> {
  const id = mailbox.mailboxid ?? '';
  const now = systemClock.now();
  const revisit = revisitRequest(mailbox, request.kind, request.since, now);
  await askRevisit(context.database, id, revisit);
  await createMailboxLeases(context.database).schedule(id, 'incoming', now);
  if (request.waits) await watch(context, mailbox, revisit.askedOn);
  const row = await readRevisit(context, id);
  printRecord(context.output, {
    mailbox: mailbox.name,
    kind: request.kind,
    since: row.mr_revisitfrom,
    state: row.mr_revisitcompletedon ? 'done' : row.mr_revisitstartedon ? 'running' : 'asked for',
    'looked at': row.mr_revisitdone ?? 0,
    'to look at': row.mr_revisittotal,
    'new emails': row.mr_revisittracked ?? 0,
  });
}

async function watch(context: DatabaseContext, mailbox: RecordOf<'mailbox'>, askedOn: Date): Promise<void> {
  let progress = startProgress(`Reading ${mailbox.name}`, 1, 'messages');
  let total = 1;
  let seen = '';
  let movedOn = systemClock.now().getTime();
  try {
    for (;;) {
      const row = await readRevisit(context, mailbox.mailboxid ?? '');
      const isOther = row.mr_revisitaskedon?.getTime() !== askedOn.getTime();
      if (isOther || row.mr_revisitcompletedon) return;
      if (row.mr_revisittotal && row.mr_revisittotal !== total) {
        progress.end();
        total = row.mr_revisittotal;
        progress = startProgress(`Reading ${mailbox.name}`, total, 'messages');
      }
      progress.update(row.mr_revisitdone ?? 0, `${row.mr_revisittracked ?? 0} new emails`);
      const state = `${row.mr_revisitstartedon?.getTime()} ${row.mr_revisitdone}`;
      if (state !== seen) movedOn = systemClock.now().getTime();
      seen = state;
      if (systemClock.now().getTime() - movedOn > patienceMs) throw nothingMoves(mailbox);
      await systemClock.sleep(500);
    }
  } finally {
    progress.end();
  }
}

async function readRevisit(context: DatabaseContext, id: string): Promise<RecordOf<'mailbox'>> {
  return (await context.database.records.retrieve('mailbox', id, [...revisitColumns])) ?? {};
}

function nothingMoves(mailbox: RecordOf<'mailbox'>): MailroomError {
  return new MailroomError(
    `Nothing has moved for ${patienceMs / 1000} s in mailbox "${mailbox.name}". Is the service running ("mailroom start")? "mailroom mailbox show" tells its last error. The request stays.`,
    { code: 'mr_RevisitWaits', kind: 'transient' },
  );
}
