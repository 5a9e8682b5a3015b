import { asMailroomError } from '../../base/errors.ts';
import type { ActFolder, ActHead } from '../../contracts/act-item.ts';
import type { ActPort } from '../../contracts/act-port.ts';

/** What happened in a folder since it was read last. */
export interface Listing {
  readonly changed: ReadonlyMap<string, ActHead>;
  readonly deleted: ReadonlySet<string>;
  /** True when it names everything in the folder: what is not in it is gone. */
  readonly isComplete: boolean;
  readonly cursor: string;
}

/** Reads all pages; a cursor that the server forgot begins anew. Throws MailroomError when the conversation fails. */
export async function readListing(
  port: ActPort,
  folder: ActFolder,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Listing> {
  try {
    return await readPages(port, folder, cursor, signal);
  } catch (thrown) {
    if (cursor === null || asMailroomError(thrown).code !== 'mr_ActCursorUnknown') throw thrown;
    return readPages(port, folder, null, signal);
  }
}

async function readPages(port: ActPort, folder: ActFolder, from: string | null, signal: AbortSignal): Promise<Listing> {
  const changed = new Map<string, ActHead>();
  const deleted = new Set<string>();
  let cursor = from;
  for (;;) {
    const page = await port.changes(folder, cursor, signal);
    for (const head of page.changed) {
      changed.set(head.id, head);
      deleted.delete(head.id);
    }
    for (const id of page.deletedIds) {
      changed.delete(id);
      deleted.add(id);
    }
    cursor = page.cursor;
    if (page.isLast) return { changed, deleted, isComplete: from === null, cursor };
  }
}
