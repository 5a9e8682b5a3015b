import { systemClock } from '../../base/clock.ts';
import { createMailboxWatches, type ShownWatch } from '../../store/mailbox-watches.ts';
import type { DatabaseContext } from './command-context.ts';
import { shownDate } from './output.ts';

/** The watched mailboxes by id; of one when given. */
export async function readWatches(
  { database }: DatabaseContext,
  mailboxid?: string,
): Promise<ReadonlyMap<string, ShownWatch>> {
  const watches = createMailboxWatches((text, values) => database.sql(text, values), []);
  const shown = await watches.shown(systemClock.now(), mailboxid);
  return new Map(shown.map((watch) => [watch.mailboxid, watch]));
}

/** A watch in one word for a table. */
export function watchText(watch: ShownWatch | undefined): string {
  if (watch === undefined) return 'no';
  return watch.listening ? 'yes' : 'opening';
}

/** A watch in a sentence. */
export function describeWatch(watch: ShownWatch | undefined): string {
  if (watch === undefined) return 'no; looked at by the clock alone';
  const since = `since ${shownDate(watch.since)} by ${watch.worker}`;
  if (watch.listening) return `yes, ${since}`;
  return `the line is being opened (${since})${watch.trouble === null ? '' : `: ${watch.trouble}`}`;
}
