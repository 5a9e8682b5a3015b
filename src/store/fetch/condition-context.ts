/** Who asks and when: what conditions such as "today" or "mine" depend on. */
export interface ConditionContext {
  readonly now: Date;
  /** IANA name of the zone in which the asker's days begin. */
  readonly timeZone: string;
  readonly userId: string;
  readonly businessUnitId: string | undefined;
  readonly teamIds: readonly string[];
  /** Windows locale id of the asker's language. */
  readonly languageCode: number;
}
