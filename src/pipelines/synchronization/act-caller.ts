import type { StoreScope } from '../../store/database.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { PartyInput } from '../../tables/table-definition.ts';
import type { ActReads } from './act-type.ts';

/** The synchronising user: reads what the user may see, and writes in the user's name under the rules of the tables (AC-06). */
export interface ActCaller extends Pick<StoreScope, 'fetch'> {
  readonly records: ActReads;
  /** AA-33: what the users among these people have at that time, by subject. */
  clashes(wanted: {
    readonly start: Date;
    readonly end: Date;
    readonly people: readonly PartyInput[];
  }): Promise<readonly string[]>;
  /** One transaction: `records` under the user's rights and rules, `scope` for what the engine itself notes. */
  write<T>(work: (records: RecordStore, scope: StoreScope) => Promise<T>): Promise<T>;
}

/** Opens a user; undefined when gone or disabled. */
export type OpenActCaller = (systemuserid: string) => Promise<ActCaller | undefined>;
