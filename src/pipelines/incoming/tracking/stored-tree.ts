import type { FolderTree } from '../../../contracts/folder-tracker.ts';
import type { TrackingCursors } from './tracking-cursors.ts';

/** The folders as they were stored last; undefined when they never were, or cannot be read. */
export function storedTree(cursors: TrackingCursors): FolderTree | undefined {
  const text = cursors.get('folders');
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return isTree(value) ? value : undefined;
}

function isTree(value: unknown): value is FolderTree {
  return typeof value === 'object' && value !== null && 'folders' in value && Array.isArray(value.folders);
}
