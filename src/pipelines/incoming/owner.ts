import type { EntityReference } from '../../tables/table-definition.ts';
import type { Principal } from './directory.ts';

/** What the choice of an owner depends on. */
export interface OwnerFacts {
  /** Users and queues among To, Cc and Bcc in that order (OW-01). */
  readonly recipients: readonly Principal[];
  /** Owner of the correlated email. */
  readonly parentOwnerId: string | undefined;
  /** Owner of the sender's contact, account or lead. */
  readonly senderOwnerId: string | undefined;
  readonly mailboxOwner: Principal | undefined;
  /** Owner of a mailbox that belongs to no user or queue (forward mailbox). */
  readonly fallback: EntityReference | undefined;
}

/**
 * Owner of a received email (OW-01 to OW-06): of the users and queue owners it was sent to the one who owns the correlated email,
 * else the one who owns the sender's record, else the first; without any, the mailbox's. Undefined when none of them may own mail (OW-05). Pure.
 */
export function chooseOwner(facts: OwnerFacts): EntityReference | undefined {
  const candidates = facts.recipients.flatMap((principal) => (principal.owner ? [principal.owner] : []));
  const withId = (id: string | undefined): EntityReference | undefined =>
    id === undefined ? undefined : candidates.find((candidate) => candidate.id === id);
  return (
    withId(facts.parentOwnerId) ??
    withId(facts.senderOwnerId) ??
    candidates[0] ??
    facts.mailboxOwner?.owner ??
    facts.fallback
  );
}
