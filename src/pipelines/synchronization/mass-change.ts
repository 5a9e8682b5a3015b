/** How many deletions may cross over by themselves. */
export interface MassLimits {
  /** More deletions than this in one direction are asked about ... */
  readonly most: number;
  /** ... if they are also more than this share of what is linked, percent; from 100 on a side that is suddenly empty is taken at its word. */
  readonly percent: number;
  /** More new items or records than this are asked about; 0 never. */
  readonly mostNew: number;
}

/** What one cycle would do to a folder, counted. */
export interface MassCounts {
  readonly linked: number;
  readonly deleteItems: number;
  readonly deleteRecords: number;
  readonly createItems: number;
  readonly createRecords: number;
  readonly unlink: number;
}

/** Why a cycle waits for a person, in plain words; undefined when it need not. Pure. */
export function massChange(counts: MassCounts, limits: MassLimits): string | undefined {
  const emptied = limits.percent < 100 ? suddenlyEmpty(counts) : undefined;
  if (emptied !== undefined) return emptied;
  const isMany = (number: number): boolean =>
    number > limits.most && number * 100 > limits.percent * Math.max(1, counts.linked);
  if (isMany(counts.deleteItems))
    return `${counts.deleteItems} of ${counts.linked} linked items would be deleted in Exchange.`;
  if (isMany(counts.deleteRecords))
    return `${counts.deleteRecords} of ${counts.linked} linked records would be deleted here.`;
  if (isMany(counts.unlink)) return `${counts.unlink} of ${counts.linked} linked items would lose their link.`;
  if (limits.mostNew > 0 && counts.createItems > limits.mostNew)
    return `${counts.createItems} items would be made in Exchange.`;
  if (limits.mostNew > 0 && counts.createRecords > limits.mostNew)
    return `${counts.createRecords} records would be made here.`;
  return undefined;
}

/** Fewer links than this may all go at once without a question. */
const fewest = 5;

function suddenlyEmpty({ linked, deleteItems, deleteRecords }: MassCounts): string | undefined {
  if (linked < fewest) return undefined;
  if (deleteRecords >= linked)
    return `All ${linked} linked items are gone in Exchange; their records would be deleted.`;
  if (deleteItems >= linked) return `All ${linked} linked records are gone here; their items would be deleted.`;
  return undefined;
}
