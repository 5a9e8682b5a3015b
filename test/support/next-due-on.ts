import type { MailboxLeases } from '../../src/store/mailbox-leases.ts';

/** When the next flow falls due, of any kind of work; null when none is on the schedule. */
export async function nextDueOn(leases: MailboxLeases): Promise<Date | null> {
  const times = (await leases.outlook(new Date(0))).map(({ dueOn }) => dueOn.getTime());
  return times.length === 0 ? null : new Date(Math.min(...times));
}
