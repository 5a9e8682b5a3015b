import type { FolderTracker, FolderTree } from '../../../contracts/folder-tracker.ts';
import type { IncomingTurn } from '../incoming-turn.ts';
import type { IngestTally } from '../ingest.ts';
import type { OpenQuarantine } from '../quarantine.ts';
import type { QuietFolders } from './quiet-folders.ts';
import type { TrackingCursors } from './tracking-cursors.ts';

/** What the parts of tracking beyond the inbox share in one turn. */
export interface TrackingPass {
  readonly turn: IncomingTurn;
  readonly tracker: FolderTracker;
  readonly tree: FolderTree;
  readonly cursors: TrackingCursors;
  readonly open: readonly OpenQuarantine[];
  readonly tally: IngestTally;
  readonly quiet: QuietFolders;
  /** Messages that may still be taken in this turn. */
  room: number;
}
