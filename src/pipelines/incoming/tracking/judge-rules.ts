import type { FolderTree, MailFolder } from '../../../contracts/folder-tracker.ts';
import type { EntityReference } from '../../../tables/table-definition.ts';
import { mostLevels, trackablePath } from './trackable-path.ts';

/** One rule of a mailbox (`mailboxtrackingfolder`). */
export interface FolderRule {
  readonly id: string;
  readonly folderId: string;
  readonly regarding: EntityReference | undefined;
  /** Ours: folders below count as well, unless a rule of their own goes before (FT-04). */
  readonly includesSubfolders: boolean;
  readonly createdOn: Date;
}

/** `tracked`; `unknown`: the server has no folder of this id (FT-05, FT-17); `outside`: it is not below the inbox (FT-06); `beyond`: more rules than allowed (FT-03); `double`: an older rule has the folder. */
export type RuleState = 'tracked' | 'unknown' | 'outside' | 'beyond' | 'double';

/** What a rule comes to. */
export interface JudgedRule {
  readonly rule: FolderRule;
  readonly state: RuleState;
  /** In plain words. */
  readonly reason: string;
  /** As it is named now, with the names above it from the inbox on; undefined when it is not there. */
  readonly path: string | undefined;
}

/** A folder whose mail is tracked, and by which rule. */
export interface TrackedFolder {
  readonly folder: MailFolder;
  readonly rule: FolderRule;
  readonly path: string;
}

export interface JudgedRules {
  readonly rules: readonly JudgedRule[];
  readonly folders: readonly TrackedFolder[];
}

/** Which rules have an effect, and which folders they track (FT-03 to FT-06, FT-17). Pure. */
export function judgeRules(rules: readonly FolderRule[], tree: FolderTree, mostRules: number): JudgedRules {
  const byId = new Map(tree.folders.map((folder) => [folder.id, folder]));
  const taken = new Map<string, FolderRule>();
  let valid = 0;
  const judged = [...rules].sort(byAge).map((rule): JudgedRule => {
    const folder = byId.get(rule.folderId);
    const path = folder && trackablePath(folder, byId, tree.tracksAny);
    const state = stateOf(rule, folder, path, taken, valid >= mostRules);
    if (state === 'tracked') {
      taken.set(rule.folderId, rule);
      valid += 1;
    }
    return { rule, state, reason: reasonOf(state, folder, path, mostRules), path: path ?? folder?.name };
  });
  const folders = tree.folders.flatMap((folder): TrackedFolder[] => {
    const path = trackablePath(folder, byId, tree.tracksAny);
    const rule = path === undefined ? undefined : ruleFor(folder, byId, taken);
    return path === undefined || rule === undefined ? [] : [{ folder, rule, path }];
  });
  return { rules: judged, folders };
}

const byAge = (one: FolderRule, other: FolderRule): number =>
  one.createdOn.getTime() - other.createdOn.getTime() || (one.id < other.id ? -1 : 1);

function stateOf(
  rule: FolderRule,
  folder: MailFolder | undefined,
  path: string | undefined,
  taken: ReadonlyMap<string, FolderRule>,
  isFull: boolean,
): RuleState {
  if (folder === undefined) return 'unknown';
  if (path === undefined) return 'outside';
  if (taken.has(rule.folderId)) return 'double';
  return isFull ? 'beyond' : 'tracked';
}

/** The folder's own rule, else the nearest above that includes subfolders. */
function ruleFor(
  folder: MailFolder,
  byId: ReadonlyMap<string, MailFolder>,
  taken: ReadonlyMap<string, FolderRule>,
): FolderRule | undefined {
  const own = taken.get(folder.id);
  if (own !== undefined) return own;
  let above = byId.get(folder.parentId ?? '');
  for (let level = 0; above !== undefined && level < mostLevels; level += 1) {
    const rule = taken.get(above.id);
    if (rule?.includesSubfolders) return rule;
    above = byId.get(above.parentId ?? '');
  }
  return undefined;
}

function reasonOf(
  state: RuleState,
  folder: MailFolder | undefined,
  path: string | undefined,
  mostRules: number,
): string {
  switch (state) {
    case 'tracked':
      return `Mail in the folder "${path}" is tracked.`;
    case 'unknown':
      return 'The mailbox has no folder of this id. It was deleted, or the id is wrong; delete the rule and choose the folder anew.';
    case 'outside':
      return `The folder "${folder?.name}" does not lie below the inbox, so its mail is not tracked. Move it back below the inbox, or delete the rule.`;
    case 'beyond':
      return `The mailbox has more than the ${mostRules} rules that are allowed; the older ones count. Delete one of them, or have an administrator raise the limit.`;
    case 'double':
      return 'Another rule of the mailbox tracks this folder already. Delete one of the two.';
  }
}
