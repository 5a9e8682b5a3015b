import type { StoreScope } from '../../store/database.ts';
import type { TurnContext } from '../turn.ts';
import type { Directory } from './directory.ts';
import type { MailboxAddresses } from './resolve-people.ts';

/** What all stages of one incoming turn share. */
export interface IncomingTurn {
  readonly context: TurnContext;
  readonly mailboxid: string;
  readonly addresses: MailboxAddresses;
  readonly directory: Directory;
  /** Messages received before are left alone (IN-06, EP-16). */
  readonly startOn: Date;
  /** True when everything on the server is to be judged anew, deleted emails included (TE-09). */
  readonly isReevaluating: boolean;
  /** UD-03: messages are deleted on the server once they are dealt with. */
  readonly deletesProcessed: boolean;
}

/** Runs `work` in a transaction that fails when the lease is lost, writing as the engine's user (AR-10, AR-12). */
export function withLease<T>(turn: IncomingTurn, work: (scope: StoreScope) => Promise<T>): Promise<T> {
  const { database, lease, systemUserId } = turn.context;
  return database.transaction(async (scope) => {
    await scope.assertLease(lease.mailboxid, lease.work, lease.token);
    return work({
      records: scope.records.as(systemUserId),
      blobs: scope.blobs,
      sightings: scope.sightings,
      assertLease: (mailboxid, kind, token) => scope.assertLease(mailboxid, kind, token),
      sql: (text, values) => scope.sql(text, values),
    });
  });
}
