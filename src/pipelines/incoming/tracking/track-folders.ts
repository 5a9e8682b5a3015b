import { asMailroomError, type MailroomError } from '../../../base/errors.ts';
import { type IncomingTurn, withLease } from '../incoming-turn.ts';
import { regardAll } from './folder-items.ts';
import { readFolderRules, writeRuleStates } from './folder-rules.ts';
import type { FolderRule, JudgedRules, TrackedFolder } from './judge-rules.ts';
import { readFolder } from './read-folder.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** What came of some folders. */
export interface TrackedFolders {
  readonly left: number;
  /** Folders that are read. */
  readonly folderIds: readonly string[];
}

/** The rules of a mailbox whose folders may be tracked; undefined when they may not be (FT-01, QU-10). */
export async function wantsFolders(turn: IncomingTurn): Promise<readonly FolderRule[] | undefined> {
  const { settings, database } = turn.context;
  const owner = turn.addresses.owner?.table;
  const isAllowed = owner === 'systemuser' || (owner === 'queue' && settings.switches.mr_TrackFoldersOfQueues);
  if (!settings.folderTracking.enabled || !isAllowed) return undefined;
  const rules = await readFolderRules(database, turn.mailboxid);
  return rules.length === 0 ? undefined : rules;
}

/** Reads the tracked folders of a mailbox (FT-07 to FT-13, FT-20) and writes on each rule where it stands; a folder that cannot be read does not stop the others. */
export async function trackFolders(pass: TrackingPass, judged: JudgedRules): Promise<TrackedFolders> {
  const { turn } = pass;
  await withLease(turn, (scope) => regardAll(scope, turn.mailboxid, judged.folders));
  const onboarding = new Set<string>();
  const failures = new Map<string, MailroomError>();
  let left = 0;
  for (const folder of judged.folders) {
    const ended = await readOne(pass, folder, failures);
    left += ended.left;
    if (ended.isOnboarding) onboarding.add(folder.rule.id);
  }
  await writeRuleStates(
    turn,
    judged.rules.map((one) => {
      const folders = judged.folders.filter(({ rule }) => rule.id === one.rule.id);
      return { ...one, isOnboarding: onboarding.has(one.rule.id), failure: failures.get(one.rule.id), folders };
    }),
  );
  return { left, folderIds: judged.folders.map(({ folder }) => folder.id) };
}

/** Failures of one folder alone. */
const ownKinds: ReadonlySet<string> = new Set(['notFound', 'item', 'configuration']);

async function readOne(
  pass: TrackingPass,
  { folder, rule, path }: TrackedFolder,
  failures: Map<string, MailroomError>,
) {
  try {
    return await readFolder(pass, { kind: 'folder', folderId: folder.id, path, regarding: rule.regarding });
  } catch (thrown) {
    const error = asMailroomError(thrown);
    if (!ownKinds.has(error.kind)) throw error;
    failures.set(rule.id, error);
    return { left: 0, isOnboarding: false };
  }
}
