import type { StoreScope } from '../../store/database.ts';
import { readTurnMemory } from '../../store/turn-memory.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { cursorsOf, writeCursor } from './cursors.ts';
import { askRevisit } from './revisit.ts';
import { startOfMailbox } from './start-date.ts';

/**
 * Asks for all mail to be judged anew when the start date of a mailbox lies before the mail judged so far (TE-09); without an
 * earlier date nothing changes (TE-10). Returns the new start date, or undefined. Call it in the transaction that enables the mailbox.
 */
export async function reevaluateEarlier(
  scope: StoreScope,
  mailbox: RecordOf<'mailbox'>,
  profile: RecordOf<'emailserverprofile'>,
  now: Date,
): Promise<Date | undefined> {
  const mailboxid = mailbox.mailboxid ?? '';
  const cursors = cursorsOf(await readTurnMemory(scope, mailboxid, now));
  const { startOn } = startOfMailbox(mailbox, profile, cursors, now);
  if (cursors.judgedFrom === undefined || startOn >= cursors.judgedFrom) return undefined;
  await writeCursor(scope, mailboxid, 'judgedfrom', startOn.toISOString());
  await askRevisit(scope, mailboxid, { kind: 'reevaluation', since: startOn, askedOn: now });
  return startOn;
}
