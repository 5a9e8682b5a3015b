import type { FolderTree } from '../../../contracts/folder-tracker.ts';
import type { StoreScope } from '../../../store/database.ts';

/** The folders as they were stored last; undefined when they never were, or cannot be read. */
export async function storedTree(scope: Pick<StoreScope, 'sql'>, mailboxid: string): Promise<FolderTree | undefined> {
  const [row] = await scope.sql<{ value: string }>(
    "select value from mr_cursor where mailboxid = $1::uuid and work = 'tracking' and name = 'folders'",
    [mailboxid],
  );
  if (row === undefined) return undefined;
  const value: unknown = JSON.parse(row.value);
  return isTree(value) ? value : undefined;
}

function isTree(value: unknown): value is FolderTree {
  return typeof value === 'object' && value !== null && 'folders' in value && Array.isArray(value.folders);
}
