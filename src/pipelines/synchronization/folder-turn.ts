import type { ActFolder, ActStamp } from '../../contracts/act-item.ts';
import type { ActFiles, ActPort } from '../../contracts/act-port.ts';
import type { StoreScope } from '../../store/database.ts';
import type { ConditionContext } from '../../store/fetch/condition-context.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { TurnContext } from '../turn.ts';
import type { ActCaller } from './act-caller.ts';
import type { Directions } from './act-directions.ts';
import type { ActType, ActUser } from './act-type.ts';

/** What a cycle did so far. */
export interface ActTally {
  processed: number;
  failed: number;
  /** When something that failed is due again. */
  nextTryOn: Date | undefined;
  more: boolean;
}

/** One folder of one mailbox in one cycle (AC-07). */
export interface FolderTurn {
  readonly context: TurnContext;
  readonly mailboxid: string;
  readonly port: ActPort;
  readonly caller: ActCaller;
  readonly user: ActUser;
  /** Who the conditions of the filters are about (FI-06). */
  readonly conditions: ConditionContext;
  readonly folder: ActFolder;
  readonly types: readonly ActType[];
  /** How files at appointments travel; undefined where they do not. */
  readonly files: ActFiles | undefined;
  readonly directionsOf: (type: ActType, user: ActUser) => Directions;
  readonly tally: ActTally;
}

/** Writes what the engine itself notes, in a transaction that fails when the lease is lost. */
export function noteInTurn<T>(
  turn: FolderTurn,
  work: (records: RecordStore, scope: StoreScope) => Promise<T>,
): Promise<T> {
  const { database, lease, systemUserId } = turn.context;
  return database.transaction(async (scope) => {
    await scope.assertLease(lease.mailboxid, lease.work, lease.token);
    return work(scope.records.as(systemUserId), scope);
  });
}

/** Writes records in the user's name and, in the same transaction, what the engine notes about them (AC-06). */
export function writeAsUser<T>(
  turn: FolderTurn,
  work: (records: RecordStore, notes: RecordStore, scope: StoreScope) => Promise<T>,
): Promise<T> {
  const { lease, systemUserId } = turn.context;
  return turn.caller.write(async (records, scope) => {
    await scope.assertLease(lease.mailboxid, lease.work, lease.token);
    return work(records, scope.records.as(systemUserId), scope);
  });
}

/** What an item of this record carries (AC-21). */
export function stampOf(turn: FolderTurn, type: ActType, recordId: string): ActStamp {
  return { organizationId: turn.user.settings.organizationid, table: type.table, recordId };
}
