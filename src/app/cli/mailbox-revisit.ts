import { systemClock } from '../../base/clock.ts';
import { askRevisit, type Revisit, revisitColumns } from '../../pipelines/incoming/revisit.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { revisitRequest } from '../revisit-request.ts';
import type { DatabaseContext } from './command-context.ts';
import { printRecord } from './output.ts';
import { watchMailbox } from './watch-mailbox.ts';

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

const watch = (context: DatabaseContext, mailbox: RecordOf<'mailbox'>, askedOn: Date): Promise<void> =>
  watchMailbox(context, mailbox, revisitColumns, { title: `Reading ${mailbox.name}`, unit: 'messages' }, (row) => ({
    isOver: row.mr_revisitaskedon?.getTime() !== askedOn.getTime() || Boolean(row.mr_revisitcompletedon),
    done: row.mr_revisitdone ?? 0,
    total: row.mr_revisittotal,
    note: `${row.mr_revisittracked ?? 0} new emails`,
    stamp: `${row.mr_revisitstartedon?.getTime()} ${row.mr_revisitdone}`,
  }));

async function readRevisit(context: DatabaseContext, id: string): Promise<RecordOf<'mailbox'>> {
  return (await context.database.records.retrieve('mailbox', id, [...revisitColumns])) ?? {};
}
