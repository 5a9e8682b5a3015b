import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

type Mailbox = RecordOf<'mailbox'>;

/** MO-09: turns of a few mailboxes only, and a limited number of them, are told in full. Refuses with 80040203. */
export async function checkVerboseLogging(
  { records, settings }: RuleContext,
  id: string,
  before: Mailbox,
  values: Mailbox,
): Promise<void> {
  const turns = values.verboseloggingenabled ?? 0;
  if (turns === 0) return;
  const { mostMailboxes, mostTurns } = settings.verboseLogging;
  if (turns > mostTurns) {
    refuse(
      '80040203',
      `verboseloggingenabled is ${turns}; at most ${mostTurns} turns can be told in full at once. Enter a number from 0 to ${mostTurns}.`,
    );
  }
  if ((before.verboseloggingenabled ?? 0) > 0) return;
  const others: Filter = {
    and: [
      { column: 'verboseloggingenabled', operator: 'gt', value: 0 },
      { column: 'mailboxid', operator: 'ne', value: id },
    ],
  };
  if ((await records.count('mailbox', others)) < mostMailboxes) return;
  refuse(
    '80040203',
    `Turns of ${mostMailboxes} mailboxes are told in full already, which is the most. Set verboseloggingenabled to 0 on one of them, or wait until it has counted down.`,
  );
}
