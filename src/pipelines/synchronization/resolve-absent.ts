import { catalog } from '../../tables/catalog.ts';
import type { ActType } from './act-type.ts';
import type { FolderTurn } from './folder-turn.ts';
import type { Pair } from './pair-up.ts';
import type { RecordChange } from './plan.ts';

/** A pair of which both sides are known. */
export interface SettledPair extends Pair {
  readonly record: RecordChange;
  /** Who owns a record that left the filters; it may be nobody the user can see. */
  readonly ownerId?: string | undefined;
}

interface Present {
  readonly version: bigint;
  readonly isClosed: boolean;
  readonly ownerId: string | undefined;
}

/** Says of records that the filters no longer let through whether they are deleted, have left, or were only closed (AC-11, TK-16). */
export async function resolveAbsent(turn: FolderTurn, pairs: readonly Pair[]): Promise<readonly SettledPair[]> {
  const present = new Map<string, Present>();
  for (const type of turn.types) {
    const ids = pairs.flatMap((pair) =>
      pair.record === 'absent' && pair.type === type && pair.recordId !== null ? [pair.recordId] : [],
    );
    for (let start = 0; start < ids.length; start += 500)
      await look(turn, type, ids.slice(start, start + 500), present);
  }
  return pairs.map((pair): SettledPair => {
    if (pair.record !== 'absent') return { ...pair, record: pair.record };
    const found = present.get(pair.recordId ?? '');
    return { ...pair, record: changeOf(turn, pair, found), ownerId: found?.ownerId };
  });
}

async function look(
  turn: FolderTurn,
  type: ActType,
  ids: readonly string[],
  found: Map<string, Present>,
): Promise<void> {
  const { primaryId } = catalog[type.table];
  const page = await turn.context.database.records.retrieveMultiple({
    table: type.table as 'task',
    columns: [primaryId as 'activityid', 'versionnumber', 'statecode', 'ownerid'],
    filter: { column: primaryId, operator: 'in', value: [...ids] },
  });
  for (const row of page.rows) {
    found.set(String((row as Readonly<Record<string, unknown>>)[primaryId]), {
      version: row.versionnumber ?? 0n,
      isClosed: row.statecode === 1 || row.statecode === 2,
      ownerId: row.ownerid?.id,
    });
  }
}

function changeOf(turn: FolderTurn, { type, link, item }: Pair, present: Present | undefined): RecordChange {
  if (present === undefined || type === undefined) return 'deleted';
  // A record tracked anew is tied again whatever the filters say (AC-15).
  if (item === 'new') return 'changed';
  const isOurs = turn.folder === 'calendar' || present.ownerId === turn.user.systemuserid;
  if (!type.staysWhenClosed || !present.isClosed || !isOurs) return 'left';
  return link?.version === present.version ? 'same' : 'changed';
}
