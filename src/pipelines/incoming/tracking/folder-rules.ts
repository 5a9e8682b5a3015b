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

/** How far the folders of a rule are. */
export interface RuleProgress {
  /** True until what lay in its folders before was looked through. */
  readonly isOnboarding: boolean;
  /** Why one of its folders could not be read. */
  readonly failure: MailroomError | undefined;
  readonly folders: readonly TrackedFolder[];
}

/** Writes where a rule stands on its row, in plain words; nothing when that is known. */
export async function writeRuleState(turn: IncomingTurn, judged: JudgedRule, progress: RuleProgress): Promise<void> {
  await withLease(turn, async (scope) => {
    const before = await scope.records.retrieve('mailboxtrackingfolder', judged.rule.id);
    if (before === undefined) return;
    const { failure, folders, isOnboarding } = progress;
    const isTracked = judged.state === 'tracked';
    const done = isTracked ? await countItems(scope, turn.mailboxid, folders) : (before.mr_itemsdone ?? 0);
    const listed = folders.reduce((total, { folder }) => total + (folder.itemCount ?? 0), 0);
    const isEnding = isTracked && !isOnboarding && failure === undefined;
    const values: RecordOf<'mailboxtrackingfolder'> = {
      mr_state: failure === undefined ? FolderRuleState[judged.state] : FolderRuleState.unreadable,
      mr_statereason:
        failure === undefined
          ? reasonOf(judged, isOnboarding)
          : `The folder could not be read: ${failure.message}`.slice(0, 2000),
      mr_folderpath: judged.path?.slice(0, 4000) ?? before.mr_folderpath ?? null,
      mr_itemsdone: done,
      mr_itemstotal: isTracked ? (isEnding ? done : Math.max(listed, done)) : (before.mr_itemstotal ?? 0),
      folderonboardingstatus: isEnding
        ? FolderOnboarding.done
        : isTracked
          ? FolderOnboarding.running
          : (before.folderonboardingstatus ?? FolderOnboarding.waiting),
    };
    const held: Readonly<Record<string, unknown>> = before;
    const isSame = Object.entries(values).every(([name, value]) => (held[name] ?? null) === (value ?? null));
    if (!isSame) await scope.records.update('mailboxtrackingfolder', judged.rule.id, values);
  });
}

function reasonOf({ reason }: JudgedRule, isOnboarding: boolean): string {
  return isOnboarding ? `${reason} What lay in it before is being looked through.` : reason;
}

async function countItems(scope: StoreScope, mailboxid: string, folders: readonly TrackedFolder[]): Promise<number> {
  const [row] = await scope.sql<{ count: number }>(
    `select count(*)::integer as count from mr_folderitem
     where mailboxid = $1::uuid and folderid = any($2::text[]) and issettled and goneon is null`,
    [mailboxid, folders.map(({ folder }) => folder.id)],
  );
  return row?.count ?? 0;
}
