import type { Settlement } from '../../contracts/mail-retriever.ts';
import type { StoreScope } from '../../store/database.ts';
import type { TurnMemory } from '../../store/turn-memory.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import type { TurnContext } from '../turn.ts';
import type { Directory } from './directory.ts';
import type { MailboxAddresses } from './resolve-people.ts';
import type { Revisit } from './revisit.ts';
import type { TrackedMail } from './tracked-mail.ts';
import type { Placement } from './tracking/placement.ts';

/** A person who tracks one message by hand, past every filter (IN-12). */
export interface ByHand {
  readonly user: EntityReference;
  readonly name: string;
  /** Id that the email is to have. */
  readonly emailId: string;
  /** True for a message that the user sent (IN-37). */
  readonly isOutgoing: boolean;
}

/** What it takes to decide about messages and to make emails of them, whoever brings them: a turn, a preview or the Web API. */
export interface Judging {
  readonly context: Pick<TurnContext, 'settings' | 'clock' | 'mailbox'>;
  /** The mailbox being read; undefined for a message that came without one. */
  readonly mailboxid: string | undefined;
  readonly addresses: MailboxAddresses;
  /** True for a mailbox that belongs to nobody: originals are recovered from what was forwarded to it (ch. FW). */
  readonly isForward: boolean;
  readonly directory: Directory;
  /** Messages received before are left alone (IN-06, EP-16). */
  readonly startOn: Date;
  /** What is to be looked at again, when somebody asked for it (TE-09). */
  readonly revisit: Revisit | undefined;
  readonly byHand?: ByHand | undefined;
  /** Messages found elsewhere than in the inbox by themselves, by server id (ch. FT, CT, SI). */
  readonly placements?: ReadonlyMap<string, Placement> | undefined;
  /** Emails that a preview would have made so far, by identity; nothing of them is stored. */
  readonly imagined?: ReadonlyMap<string, TrackedMail> | undefined;
}

/** What all stages of one incoming turn share. */
export interface IncomingTurn extends Judging {
  readonly context: TurnContext;
  readonly mailboxid: string;
  /** Which mail the mailbox's owner wants (FilterOption); undefined for a mailbox that belongs to nobody. */
  readonly ownerFilter: number | undefined;
  /** True when the mailbox does not take everything: heads are judged before bodies are fetched (PAIN-18). */
  readonly headsFirst: boolean;
  /** Where the mailbox marks what is tracked: the name of the category (CT-05). */
  readonly marksWith: string | undefined;
  /** What tracking beyond the inbox remembered when the turn began. */
  readonly tracking: TurnMemory['tracking'];
  /** UD-03: what becomes of messages on the server once they are dealt with. */
  readonly afterwards: Settlement;
}

/** Runs `work` in a transaction that fails when the lease is lost, writing as the engine's user (AR-10, AR-12). */
export function withLease<T>(turn: IncomingTurn, work: (scope: StoreScope) => Promise<T>): Promise<T> {
  const { database, lease, systemUserId } = turn.context;
  return database.transaction(async (scope) => {
    // The first statement of the transaction; what comes after it need not wait for its answer to be sent.
    const [, result] = await Promise.all([
      scope.assertLease(lease.mailboxid, lease.work, lease.token),
      work({ ...scope, records: scope.records.as(systemUserId) }),
    ]);
    return result;
  });
}
