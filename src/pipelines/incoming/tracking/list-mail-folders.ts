import type { StoreScope } from '../../../store/database.ts';
import type { RecordOf } from '../../../tables/catalog.ts';
import { storedTree } from './stored-tree.ts';
import { trackablePath } from './trackable-path.ts';
import { readTrackingCursors } from './tracking-cursors.ts';

/** A folder that may be tracked, or that a rule names. */
export interface ListedFolder {
  readonly id: string;
  /** Names from the inbox, or the top, down; what the rule calls it where the mailbox has it not where it may be tracked. */
  readonly path: string;
  readonly rule: RecordOf<'mailboxtrackingfolder'> | undefined;
}

/** The folders of a mailbox that may be tracked as the last turn saw them, and every rule, by path (FT-18). */
export async function listMailFolders(
  scope: Pick<StoreScope, 'records' | 'sql'>,
  mailboxid: string,
): Promise<readonly ListedFolder[]> {
  const tree = storedTree(await readTrackingCursors(scope, mailboxid));
  const { rows } = await scope.records.retrieveMultiple({
    table: 'mailboxtrackingfolder',
    filter: { column: 'mailboxid', operator: 'eq', value: mailboxid },
    orderBy: [{ column: 'createdon' }],
  });
  const byId = new Map(tree?.folders.map((folder) => [folder.id, folder]));
  const below = [...byId.values()].flatMap((folder): ListedFolder[] => {
    const path = trackablePath(folder, byId, tree?.tracksAny);
    const rule = rows.find((row) => row.exchangefolderid === folder.id);
    return path === undefined ? [] : [{ id: folder.id, path, rule }];
  });
  const listed = new Set(below.map(({ id }) => id));
  const others = rows.flatMap((rule): ListedFolder[] => {
    const id = rule.exchangefolderid ?? '';
    return listed.has(id) ? [] : [{ id, path: rule.mr_folderpath ?? rule.exchangefoldername ?? '', rule }];
  });
  return [...below, ...others].sort((one, other) => (one.path < other.path ? -1 : 1));
}
