import type { MailroomError } from '../../../base/errors.ts';
import type { StoreScope } from '../../../store/database.ts';
import type { RecordOf } from '../../../tables/catalog.ts';
import { FolderOnboarding, FolderRuleState } from '../../../tables/choices.ts';
import { type IncomingTurn, withLease } from '../incoming-turn.ts';
import type { FolderRule, JudgedRule, TrackedFolder } from './judge-rules.ts';

/** The rules of a mailbox. */
export async function readFolderRules(scope: StoreScope, mailboxid: string): Promise<readonly FolderRule[]> {
  const { rows } = await scope.records.retrieveMultiple({
    table: 'mailboxtrackingfolder',
    columns: ['mailboxtrackingfolderid', 'exchangefolderid', 'regardingobjectid', 'mr_includesubfolders', 'createdon'],
    filter: { column: 'mailboxid', operator: 'eq', value: mailboxid },
  });
  return rows.map((row) => ({
    id: row.mailboxtrackingfolderid ?? '',
    folderId: row.exchangefolderid ?? '',
    regarding: row.regardingobjectid ?? undefined,
    includesSubfolders: row.mr_includesubfolders ?? false,
    createdOn: row.createdon ?? new Date(0),
  }));
}

/** A rule with how far its folders are. */
export interface RuleProgress extends JudgedRule {
  /** True until what lay in its folders before was looked through. */
  readonly isOnboarding: boolean;
  /** Why one of its folders could not be read. */
  readonly failure: MailroomError | undefined;
  readonly folders: readonly TrackedFolder[];
}

/** Writes where rules stand on their rows, in plain words; nothing on those of which that is known. */
export async function writeRuleStates(turn: IncomingTurn, rules: readonly RuleProgress[]): Promise<void> {
  await withLease(turn, async (scope) => {
    const { rows } = await scope.records.retrieveMultiple({
      table: 'mailboxtrackingfolder',
      filter: { column: 'mailboxtrackingfolderid', operator: 'in', value: rules.map(({ rule }) => rule.id) },
    });
    const known = new Map(rows.map((row) => [row.mailboxtrackingfolderid, row]));
    const counts = await countItems(scope, turn.mailboxid);
    for (const one of rules) {
      const before = known.get(one.rule.id);
      if (before === undefined) continue;
      const done = one.folders.reduce((sum, { folder }) => sum + (counts.get(folder.id) ?? 0), 0);
      const values = valuesOf(one, done, before);
      const held: Readonly<Record<string, unknown>> = before;
      const isSame = Object.entries(values).every(([name, value]) => (held[name] ?? null) === (value ?? null));
      if (!isSame) await scope.records.update('mailboxtrackingfolder', one.rule.id, values);
    }
  });
}

function valuesOf(
  one: RuleProgress,
  counted: number,
  before: RecordOf<'mailboxtrackingfolder'>,
): RecordOf<'mailboxtrackingfolder'> {
  const { failure, folders, isOnboarding, state } = one;
  const isTracked = state === 'tracked';
  const done = isTracked ? counted : (before.mr_itemsdone ?? 0);
  const listed = folders.reduce((total, { folder }) => total + (folder.itemCount ?? 0), 0);
  const isEnding = isTracked && !isOnboarding && failure === undefined;
  return {
    mr_state: failure === undefined ? FolderRuleState[state] : FolderRuleState.unreadable,
    mr_statereason:
      failure === undefined
        ? reasonOf(one, isOnboarding)
        : `The folder could not be read: ${failure.message}`.slice(0, 2000),
    mr_folderpath: one.path?.slice(0, 4000) ?? before.mr_folderpath ?? null,
    mr_itemsdone: done,
    mr_itemstotal: isTracked ? (isEnding ? done : Math.max(listed, done)) : (before.mr_itemstotal ?? 0),
    folderonboardingstatus: isEnding
      ? FolderOnboarding.done
      : isTracked
        ? FolderOnboarding.running
        : (before.folderonboardingstatus ?? FolderOnboarding.waiting),
  };
}

function reasonOf({ reason }: JudgedRule, isOnboarding: boolean): string {
  return isOnboarding ? `${reason} What lay in it before is being looked through.` : reason;
}

/** Messages dealt with, by folder. */
async function countItems(scope: StoreScope, mailboxid: string): Promise<ReadonlyMap<string, number>> {
  const rows = await scope.sql<{ folderid: string; count: number }>(
    `select folderid, count(*)::integer as count from mr_folderitem
     where mailboxid = $1::uuid and issettled and goneon is null group by folderid`,
    [mailboxid],
  );
  return new Map(rows.map(({ folderid, count }) => [folderid, count]));
}
