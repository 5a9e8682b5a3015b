/** What `mr_RetrieveOverview` answers. */
export interface Overview {
  readonly Hours: readonly { readonly Start: string; readonly Incoming: number; readonly Outgoing: number }[];
  readonly MailboxStates: readonly { readonly State: string; readonly Count: number }[];
  readonly LagSeconds: number | null;
  readonly LagMailboxId: string | null;
  readonly Backlog: number;
  readonly WaitingSends: number;
  readonly RunningSends: number;
  readonly FailedSends: number;
  readonly UncertainSends: number;
  readonly OldestWaitingOn: string | null;
  readonly OpenErrors: number;
  readonly OpenWarnings: number;
  readonly Quarantined: number;
  /** Why nothing is exchanged with mail servers; empty where an administrator gave no reason. */
  readonly HeldFor: string | null;
  readonly ScheduledTurns: number;
  readonly OverdueTurns: number;
  readonly OldestDueOn: string | null;
  readonly Workers: readonly {
    readonly Name: string;
    readonly Turns: number;
    readonly Expired: number;
    readonly LeaseUntil: string;
  }[];
}
