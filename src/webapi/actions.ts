import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Fetch, FetchPage } from '../store/fetch/fetch.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { TableName } from '../tables/catalog.ts';
import type { JsonObject } from './entity-json.ts';
import type { Caller } from './sign-in.ts';

/** The record an action was called on. */
export interface BoundRecord {
  readonly table: TableName;
  readonly id: string;
}

/** The caller's store; with `together`, several writes succeed or fail as one. */
export interface CallerStore extends RecordStore {
  /** Answers a question over several tables. */
  fetch(fetch: Fetch): Promise<FetchPage>;
  /** All writes of `work` succeed or none. */
  together?<T>(work: (store: CallerStore) => Promise<T>): Promise<T>;
}

/** A record given as a parameter of a message (`crmbaseentity`). */
export interface RecordParameter {
  readonly table: string;
  /** The id it names; absent for a record that is still to be made. */
  readonly id: string | undefined;
  /** Its columns as a row to write. Throws 400 for one that does not exist or cannot be set. */
  values(): Promise<Readonly<Record<string, unknown>>>;
}

/** What a handler may use. */
export interface ActionContext<S extends CallerStore = CallerStore> {
  readonly caller: Caller;
  /** The caller's store, inside the batch's transaction when there is one. */
  readonly records: S;
  readonly clock: Clock;
  readonly log: Log;
  /** Reads a parameter of type `crmbaseentity`. Throws 400 when it names no table or no record. */
  readonly readRecord: (parameter: unknown) => Promise<RecordParameter>;
}

/** Does an action or function; the result becomes the answer's members, nothing gives 204. */
export type ActionHandler<S extends CallerStore = CallerStore> = (
  context: ActionContext<S>,
  bound: BoundRecord | undefined,
  parameters: Readonly<JsonObject>,
) => Promise<JsonObject | undefined>;

/** Handlers by message name without namespace (`CheckIncomingEmail`, `mr_RunMailboxNow`), given by the application. */
export type ActionHandlers<S extends CallerStore = CallerStore> = Readonly<Record<string, ActionHandler<S>>>;

/** The handler of a name that came from outside. */
export function findAction(handlers: ActionHandlers, name: string): ActionHandler | undefined {
  return Object.hasOwn(handlers, name) ? handlers[name] : undefined;
}
