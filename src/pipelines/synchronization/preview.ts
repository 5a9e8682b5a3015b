import type { ActFolder } from '../../contracts/act-item.ts';
import type { ActPort } from '../../contracts/act-port.ts';
import type { TurnContext } from '../turn.ts';
import { readActFilters } from './act-filters.ts';
import { leaveFor } from './ask-first.ts';
import type { MassCounts } from './mass-change.ts';
import { type ActParts, openFolders } from './pipeline.ts';
import { planAction } from './plan.ts';
import { planFolder, readActCursor } from './synchronize-folder.ts';

/** What the next cycle would do to a folder. */
export interface FolderPreview extends MassCounts {
  readonly folder: ActFolder;
  readonly merge: number;
  /** Why it would wait for an answer; undefined when it would not. */
  readonly asks: string | undefined;
}

/** Reads both sides and tells what the next cycle would do, without doing it (FI-09). Throws MailroomError as a turn does. */
export async function previewAct(
  context: TurnContext,
  parts: ActParts,
  port: ActPort,
): Promise<readonly FolderPreview[]> {
  const tally = { processed: 0, failed: 0, nextTryOn: undefined, more: false };
  const { user, turns } = await openFolders(context, parts, port, tally);
  const filters = await readActFilters(context.database.records, user.systemuserid);
  const isFirst = !context.mailbox.mr_actfirstcompletedon;
  const previews: FolderPreview[] = [];
  for (const turn of turns) {
    const plan = await planFolder(turn, filters, await readActCursor(turn));
    const merge = plan.pairs.filter(({ record, item }) => planAction(record, item) === 'merge').length;
    previews.push({
      folder: turn.folder,
      ...plan.counts,
      merge,
      asks: leaveFor(plan, turn, context.mailbox, isFirst).reason,
    });
  }
  return previews;
}
