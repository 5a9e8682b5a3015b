import { ActDeliveryMethod, DeliveryMethod } from '../tables/choices.ts';
import { requireWideRight } from './access-rules.ts';
import { changedMailbox } from './mailbox-changes.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** Makes a mailbox that belongs to nobody a forward mailbox (MB-12): it no longer sends or synchronises items, and takes mail by server-side synchronization or not at all. Throws 8005E207 when it belongs to a user or queue, 8005E211 when it has no address, 80040220 for callers who may at most write their own mailbox. */
export async function convertToForwardMailbox(context: RuleContext, mailboxid: string): Promise<void> {
  const before = await lockVisible(context, 'mailbox', mailboxid);
  await requireWideRight(context, 'write', 'mailbox', mailboxid);
  if (before.regardingobjectid != null) {
    refuse(
      '8005E207',
      `Mailbox "${before.name}" belongs to a ${before.regardingobjectid.table === 'queue' ? 'queue' : 'user'} and cannot become a forward mailbox. Create a new mailbox for forwarded mail.`,
    );
  }
  const isServerSide = before.incomingemaildeliverymethod === DeliveryMethod.serverSide;
  const values = {
    isforwardmailbox: true,
    incomingemaildeliverymethod: isServerSide ? DeliveryMethod.serverSide : DeliveryMethod.none,
    outgoingemaildeliverymethod: DeliveryMethod.none,
    actdeliverymethod: ActDeliveryMethod.none,
  };
  await context.records.update('mailbox', mailboxid, await changedMailbox(context, mailboxid, before, values));
}
