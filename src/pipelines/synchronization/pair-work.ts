import type { ActItem } from '../../contracts/act-item.ts';
import type { ActType, NearRecord } from './act-type.ts';
import type { FolderTurn } from './folder-turn.ts';
import type { LinkMemory } from './link.ts';
import type { SettledPair } from './resolve-absent.ts';

/** One pair about to be worked on, with all that is known of it. */
export interface PairWork {
  readonly turn: FolderTurn;
  readonly pair: SettledPair;
  readonly type: ActType;
  readonly memory: LinkMemory;
  /** The record as the user may read it. */
  readonly near: NearRecord | undefined;
  /** The item as it is now; undefined where nothing happened to it or there is none. */
  readonly item: ActItem | undefined;
}
