import type { FolderTree, MailFolder } from '../../../contracts/folder-tracker.ts';
import type { StoreScope } from '../../../store/database.ts';
import type { RecordOf } from '../../../tables/catalog.ts';
import { storedTree } from './stored-tree.ts';
import { mostLevels, trackablePath } from './trackable-path.ts';

/** A folder that may be tracked, or that a rule names. */
export interface ListedFolder {
  readonly id: string;
  readonly name: string;
  /** The nearest folder above it that may be tracked; undefined where there is none. */
  readonly parentId: string | undefined;
  /** Names from the inbox, or the top, down; what the rule calls it where the mailbox has it not where it may be tracked. */
  readonly path: string;
  /** Whether the mailbox has it where it may be tracked (FT-04, FT-06). */
  readonly isTrackable: boolean;
  /** Items in it when the mailbox was looked at, where the server tells. */
  readonly itemCount: number | undefined;
  readonly rule: RecordOf<'mailboxtrackingfolder'> | undefined;
}

/** The folders of a mailbox that may be tracked and every rule, by path (FT-18): as `tree` tells, else as the last turn saw them. */
export async function listMailFolders(
  scope: Pick<StoreScope, 'records' | 'sql'>,
  mailboxid: string,
  tree?: FolderTree,
): Promise<readonly ListedFolder[]> {
  const known = tree ?? (await storedTree(scope, mailboxid));
  const { rows } = await scope.records.retrieveMultiple({
    table: 'mailboxtrackingfolder',
    filter: { column: 'mailboxid', operator: 'eq', value: mailboxid },
    orderBy: [{ column: 'createdon' }],
  });
  const byId = new Map(known?.folders.map((folder) => [folder.id, folder]));
  const pathOf = (folder: MailFolder): string | undefined => trackablePath(folder, byId, known?.tracksAny);
  const parentOf = ({ parentId }: MailFolder): string | undefined => {
    let above = byId.get(parentId ?? '');
    for (let level = 0; above !== undefined && level < mostLevels; level += 1) {
      if (pathOf(above) !== undefined) return above.id;
      above = byId.get(above.parentId ?? '');
    }
    return undefined;
  };
  const trackable = [...byId.values()].flatMap((folder): ListedFolder[] => {
    const { id, name, itemCount } = folder;
    const path = pathOf(folder);
    const rule = rows.find((row) => row.exchangefolderid === id);
    if (path === undefined) return [];
    return [{ id, name, parentId: parentOf(folder), path, isTrackable: true, itemCount, rule }];
  });
  const listed = new Set(trackable.map(({ id }) => id));
  const others = rows.flatMap((rule): ListedFolder[] => {
    const id = rule.exchangefolderid ?? '';
    if (listed.has(id)) return [];
    const path = rule.mr_folderpath ?? rule.exchangefoldername ?? '';
    const name = rule.exchangefoldername ?? path;
    return [{ id, name, parentId: undefined, path, isTrackable: false, itemCount: undefined, rule }];
  });
  return [...trackable, ...others].sort((one, other) => (one.path < other.path ? -1 : 1));
}
