import { systemClock } from '../../base/clock.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { type ActOperationParts, startFrom } from '../act-operations.ts';
import type { DatabaseContext } from './command-context.ts';
import { printRecord, shownDate } from './output.ts';
import { parseSince } from './since-option.ts';
import { watchMailbox } from './watch-mailbox.ts';

const columns = ['mr_actfirststartedon', 'mr_actfirstcompletedon', 'mr_actfirsttotal', 'mr_actfirstdone'] as const;

/** Says from when on (`all` or a date) records of a mailbox are carried, and shows how far its first synchronisation is. Ending the command does not end the work. */
export async function startAct(
  context: DatabaseContext,
  parts: ActOperationParts,
  mailbox: RecordOf<'mailbox'>,
  from: string,
): Promise<void> {
  const date = from === 'all' ? null : parseSince(from);
  await startFrom(parts, mailbox, date);
  const askedOn = systemClock.now().getTime();
  const isRunning = mailbox.enabledforact === true && !mailbox.mr_actfirstcompletedon;
  if (isRunning && process.stderr.isTTY) {
    const shown = { title: `Synchronising ${mailbox.name}`, unit: 'items' };
    await watchMailbox(context, mailbox, columns, shown, (row) => ({
      isOver: Boolean(row.mr_actfirstcompletedon) && (row.mr_actfirstcompletedon?.getTime() ?? 0) >= askedOn,
      done: row.mr_actfirstdone ?? 0,
      total: row.mr_actfirsttotal,
      note: '',
      stamp: `${row.mr_actfirststartedon?.getTime()} ${row.mr_actfirstdone}`,
    }));
  }
  const row = (await context.database.records.retrieve('mailbox', mailbox.mailboxid ?? '', [...columns])) ?? {};
  printRecord(context.output, {
    mailbox: mailbox.name,
    from: date === null ? 'all' : shownDate(date),
    state: row.mr_actfirstcompletedon ? 'done' : row.mr_actfirststartedon ? 'running' : 'asked for',
    done: row.mr_actfirstdone ?? 0,
    total: row.mr_actfirsttotal,
  });
}
