import type { Clock } from '../base/clock.ts';
import type { AccessRights } from '../store/access-rights.ts';
import type { StoreScope } from '../store/database.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf, TableName } from '../tables/catalog.ts';

/** Who reads or writes, as far as rules care. */
export interface RuleCaller {
  readonly systemuserid: string;
  /** May do everything, without limits. */
  readonly isAdministrator: boolean;
  /** What anybody else may do; nothing when absent. */
  readonly rights?: AccessRights;
  /** The user who acts in this one's name (impersonation). */
  readonly actingUserId?: string;
}

/** What a rule may use: the open transaction, its records (rules do not run again on them), and who asks. */
export interface RuleContext {
  readonly scope: StoreScope;
  readonly records: RecordStore;
  readonly caller: RuleCaller;
  readonly settings: OrganizationSettings;
  readonly clock: Clock;
  /** Mailboxes whose schedule must be looked at once the transaction is committed. */
  readonly touchedMailboxes: Set<string>;
}

/** What a write to one table entails; each hook may refuse by throwing. */
export interface TableRules<N extends TableName> {
  /** Values to store, after checks and additions. */
  readonly beforeCreate?: (context: RuleContext, values: RecordOf<N>) => Promise<RecordOf<N>>;
  readonly afterCreate?: (context: RuleContext, id: string, values: RecordOf<N>) => Promise<void>;
  /** What many new rows entail together, where that takes fewer statements; `afterCreate` is not called then. */
  readonly afterCreateMany?: (context: RuleContext, ids: readonly string[]) => Promise<void>;
  /** Values to change, after checks and additions; `before` is the whole row as it stood. */
  readonly beforeUpdate?: (
    context: RuleContext,
    id: string,
    before: RecordOf<N>,
    values: RecordOf<N>,
  ) => Promise<RecordOf<N>>;
  readonly afterUpdate?: (context: RuleContext, id: string, before: RecordOf<N>, values: RecordOf<N>) => Promise<void>;
  readonly beforeDelete?: (context: RuleContext, id: string, before: RecordOf<N>) => Promise<void>;
  readonly afterDelete?: (context: RuleContext, id: string, before: RecordOf<N>) => Promise<void>;
}
