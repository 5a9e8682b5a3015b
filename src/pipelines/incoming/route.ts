import type { OrganizationSwitches } from '../../store/organization-settings.ts';
import type { Principal } from './directory.ts';

/** What the queues of an email depend on. */
export interface RouteFacts {
  /** Queues among the recipients whose filter accepts. */
  readonly acceptingQueues: readonly Principal[];
  readonly mailboxOwner: Principal | undefined;
  /** Default queue of the email's owner. */
  readonly ownersQueueId: string | undefined;
  /** True when the email was made from another mailbox before. */
  readonly isAlreadyTracked: boolean;
}

type RouteSwitches = Pick<
  OrganizationSwitches,
  | 'CreateQueueItemsForAcceptingQueueRecipients'
  | 'CreateQueueItemForSynchronizingMailbox'
  | 'SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail'
  | 'mr_RouteToOwnersQueue'
>;

/** Ids of the queues in which an accepted email gets an item (QU-03 to QU-05). Pure. */
export function queuesFor(facts: RouteFacts, switches: RouteSwitches): readonly string[] {
  if (facts.isAlreadyTracked && !switches.SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail) return [];
  const queues = new Set<string>();
  if (switches.CreateQueueItemsForAcceptingQueueRecipients) {
    for (const queue of facts.acceptingQueues) queues.add(queue.reference.id);
  }
  const owner = facts.mailboxOwner;
  if (switches.CreateQueueItemForSynchronizingMailbox && owner?.kind === 'queue') queues.add(owner.reference.id);
  if (switches.mr_RouteToOwnersQueue && facts.ownersQueueId !== undefined) queues.add(facts.ownersQueueId);
  return [...queues];
}
