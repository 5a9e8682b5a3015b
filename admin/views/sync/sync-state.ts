/** What `mr_RetrieveSyncState` answers. */
export interface SyncState {
  readonly Enabled: boolean;
  readonly Status: string;
  readonly Links: readonly { readonly State: string; readonly Count: number }[];
  readonly Failing: number;
  readonly NextTryOn: string | null;
  readonly OpenConflicts: number;
  readonly Question: string | null;
  readonly QuestionAskedOn: string | null;
  readonly Answer: string | null;
  readonly StartDate: string | null;
  readonly FirstStartedOn: string | null;
  readonly FirstCompletedOn: string | null;
  readonly FirstTotal: number | null;
  readonly FirstDone: number | null;
}

/** A start date that leaves nothing out is written as one before all records. */
export const startedWithAll = ({ StartDate }: SyncState): boolean => StartDate !== null && StartDate < '1901';
