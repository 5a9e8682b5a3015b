import { cutText } from '../../formats/cut-text.ts';
import type { StoreScope } from '../../store/database.ts';
import { writeAlert } from '../trace.ts';
import type { DecidedMail } from './decide-group.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/** Alerts about messages in a forward mailbox that are none it can take (EC-04): one for the mailbox, counted up. */
export async function tellRefused(
  scope: StoreScope,
  turn: IncomingTurn,
  decided: readonly DecidedMail[],
): Promise<void> {
  const { context, mailboxid } = turn;
  for (const { kind, verdict, identified } of decided) {
    if (kind !== 'rejected' || verdict?.code !== 'InvalidForwardMailItem') continue;
    const { message } = identified.mail;
    const named =
      message.subject === '' ? 'A message without subject' : `The message "${cutText(message.subject, 200)}"`;
    await writeAlert(scope, context.settings, context.clock.now(), {
      level: 'error',
      code: 'InvalidForwardMailItem',
      text: `${named} in forward mailbox "${context.mailbox.name ?? ''}" was left where it is. ${cutText(verdict.reason, 1000)}`,
      regarding: { table: 'mailbox', id: mailboxid },
      regardingOwner: context.mailbox.ownerid,
    });
  }
}
