import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { ActWritten } from '../../contracts/act-port.ts';
import type { FolderTurn } from './folder-turn.ts';
import { isItemTrouble, noteFailure } from './note-failure.ts';
import type { Pair } from './pair-up.ts';

/** Notes those of many writes that failed, each by itself (AC-18); throws the first error that is not one item's alone. */
export async function noteWritten(
  turn: FolderTurn,
  pairs: readonly Pair[],
  written: readonly ActWritten[],
): Promise<void> {
  let others: MailroomError | undefined;
  for (const [index, pair] of pairs.entries()) {
    const one = written[index];
    if (one === undefined || !('error' in one)) continue;
    if (isItemTrouble(one.error)) await noteFailure(turn, pair, one.error);
    else others ??= one.error;
  }
  if (others !== undefined) throw others;
}

/** Many writes, of which one refusal of the whole request is each one's. */
export async function eachWritten(
  count: number,
  write: () => Promise<readonly ActWritten[]>,
): Promise<readonly ActWritten[]> {
  try {
    return await write();
  } catch (thrown) {
    if (!isItemTrouble(thrown)) throw thrown;
    const error = asMailroomError(thrown);
    return Array.from({ length: count }, () => ({ error }));
  }
}
