import { MailroomError } from '../../base/errors.ts';
import type { MailAddress } from '../../contracts/mail-message.ts';
import type { StoreScope } from '../../store/database.ts';
import type { TurnContext } from '../turn.ts';
import { loadNames } from './load-parties.ts';
import { TokenCounter } from './token-counter.ts';

/** What the pipeline takes from chance; tests give their own. */
export interface OutgoingDependencies {
  /** A UUID. */
  readonly randomId: () => string;
  readonly randomBytes: (size: number) => Buffer;
}

/** What all stages of one outgoing turn share. */
export interface OutgoingTurn {
  readonly context: TurnContext;
  readonly deps: OutgoingDependencies;
  /** The mailbox's address with its user's or queue's name: From of its owner's messages, and the envelope sender of all. */
  readonly from: MailAddress;
  readonly tokens: TokenCounter;
}

/** Reads whom the mailbox sends as: the address is the mailbox's, whatever it signs in as (PAIN-10). Throws MailroomError 8005E221 when it has none. */
export async function startOutgoingTurn(context: TurnContext, deps: OutgoingDependencies): Promise<OutgoingTurn> {
  const { mailbox, database } = context;
  const owner = mailbox.regardingobjectid;
  if (!mailbox.emailaddress) {
    throw new MailroomError(`Mailbox "${mailbox.name ?? ''}" has no email address to send from. Enter one.`, {
      code: '8005E221',
      kind: 'configuration',
    });
  }
  const names = owner ? await loadNames(database, [owner]) : new Map<string, string>();
  return {
    context,
    deps,
    from: { name: names.get(owner?.id ?? '') ?? '', address: mailbox.emailaddress },
    tokens: new TokenCounter(database, context.settings),
  };
}

/** Runs `work` in a transaction that fails when the lease is lost, writing as the engine's user (AR-10, AR-12). */
export function withLease<T>(context: TurnContext, work: (scope: StoreScope) => Promise<T>): Promise<T> {
  const { database, lease, systemUserId } = context;
  return database.transaction(async (scope) => {
    await scope.assertLease(lease.mailboxid, lease.work, lease.token);
    return work({ ...scope, records: scope.records.as(systemUserId) });
  });
}
