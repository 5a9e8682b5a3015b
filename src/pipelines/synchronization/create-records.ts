import type { ActItem } from '../../contracts/act-item.ts';
import type { FolderTurn } from './folder-turn.ts';
import { type NewRecordWork, stampRecords, writeRecords } from './make-records.ts';
import { isItemTrouble } from './note-failure.ts';
import { noteWritten } from './note-written.ts';

/** Records that were made together. */
export interface RecordsMade {
  /** The pairs that have to be done one by one: what is none of its business, and all of them when one of them is refused. */
  readonly alone: readonly NewRecordWork[];
  /** Stamps the items of the others and notes of each how that went (AC-18). Throws the first error that is not one item's alone. */
  finish(): Promise<void>;
}

/** Makes records of many items together (AC-04), all of them committed once this resolves; their items are stamped by `finish`. */
export async function createRecords(turn: FolderTurn, works: readonly NewRecordWork[]): Promise<RecordsMade> {
  const { together, alone } = await parted(turn, works);
  if (together.length < 2) return { alone: works, finish: async () => {} };
  let made: Awaited<ReturnType<typeof writeRecords>>;
  try {
    made = await writeRecords(turn, together);
  } catch (thrown) {
    if (turn.context.signal.aborted || !isItemTrouble(thrown)) throw thrown;
    return { alone: works, finish: async () => {} };
  }
  return {
    alone,
    finish: async () =>
      noteWritten(
        turn,
        // What an item becomes is found out anew at each try.
        together.map(({ pair }) => ({ ...pair, type: undefined })),
        await stampRecords(turn, made),
      ),
  };
}

/** Items of their own meeting and without files go together; what may belong to a record that exists, or needs a look of its own, does not. */
async function parted(
  turn: FolderTurn,
  works: readonly NewRecordWork[],
): Promise<{ readonly together: readonly NewRecordWork[]; readonly alone: readonly NewRecordWork[] }> {
  // AA-33: each is asked about with all that were made before it.
  if (turn.user.settings.switches.mr_ActChecksSchedulingConflicts) return { together: [], alone: works };
  const known = new Set<string>();
  for (const type of turn.types) {
    const ids = works.flatMap(({ item, type: own }) => (own === type ? (item.meetingId ?? []) : []));
    for (const id of (await type.knownMeetings?.(turn.caller.records, ids)) ?? []) known.add(id);
  }
  const together: NewRecordWork[] = [];
  const alone: NewRecordWork[] = [];
  for (const work of works) {
    const { item, type } = work;
    const meeting = type.findRecord === undefined ? undefined : item.meetingId?.toLowerCase();
    const isOwn = meeting === undefined || !known.has(meeting);
    const isPlain = item.refusal === undefined && type.refuseItem(item, turn.user) === undefined && !hasFiles(item);
    if (meeting !== undefined) known.add(meeting);
    if (isOwn && isPlain) together.push(work);
    else alone.push(work);
  }
  return { together, alone };
}

const hasFiles = ({ contents }: ActItem): boolean => (contents?.size ?? 0) > 0;
