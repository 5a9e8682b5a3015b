import { moveToFolder, requireDone } from './move-to-folder.ts';
import { getItemCategories } from './operations/get-item-categories.ts';
import { setItemCategories } from './operations/set-item-categories.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** UD-01. */
const folderName = 'Undeliverable';
/** UD-02: the category of an item that could not be tracked, as people know it. */
const category = 'Tracked to Dynamics 365 (Undeliverable)';

/**
 * Marks items with the category of undeliverable mail and moves them to the folder `Undeliverable` of the mailbox, which is made
 * where it is absent (UD-01, UD-02). Items that are gone are passed over. Throws MailroomError when an item can be neither.
 */
export async function putAside(client: EwsClient, ids: readonly string[], signal: AbortSignal): Promise<void> {
  const known = (await getItemCategories(client, ids, signal)).flatMap((one) => {
    if (!('error' in one)) return [one];
    if (one.error.kind !== 'notFound') throw one.error;
    return [];
  });
  if (known.length === 0) return;
  const unmarked = known.filter(({ categories }) => !categories.includes(category));
  const marked = unmarked.map(({ id, categories }) => ({ id, categories: [...categories, category] }));
  if (marked.length > 0) requireDone(await setItemCategories(client, marked, signal));
  const present = known.map(({ id }) => id);
  await moveToFolder(client, present, folderName, signal);
}
