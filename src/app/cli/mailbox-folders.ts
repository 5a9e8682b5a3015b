import { type ListedFolder, listMailFolders } from '../../pipelines/incoming/tracking/list-mail-folders.ts';
import type { Database } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { FolderOnboarding } from '../../tables/choices.ts';
import type { DatabaseContext } from './command-context.ts';
import { choiceLabel } from './labels.ts';
import { printRows } from './output.ts';

/** The tracked folders of a mailbox as lines: path, state, progress, reason; empty when it has none. */
export async function folderRules(database: Database, mailboxid: string): Promise<string> {
  const folders = await listMailFolders(database, mailboxid);
  return folders.flatMap(({ path, rule }) => (rule === undefined ? [] : [`${path}: ${progress(rule)}`])).join('\n');
}

/** Prints the folders of a mailbox that may be tracked, with their ids. */
export async function showFolders(context: DatabaseContext, mailbox: RecordOf<'mailbox'>): Promise<void> {
  printRows<ListedFolder>(
    context.output,
    await listMailFolders(context.database, mailbox.mailboxid ?? ''),
    [
      { heading: 'FOLDER', cell: ({ path }) => path },
      { heading: 'TRACKED', cell: ({ rule }) => (rule === undefined ? '' : progress(rule)) },
      { heading: 'ID', cell: ({ id }) => id },
    ],
    'No folder below its inbox is known. A turn of a running service finds them, on servers that have folders.',
  );
}

function progress(rule: RecordOf<'mailboxtrackingfolder'>): string {
  const state = choiceLabel('mailboxtrackingfolder', 'mr_state', rule.mr_state);
  const count = `${rule.mr_itemsdone ?? 0} of ${rule.mr_itemstotal ?? '?'} messages`;
  const isDone = rule.folderonboardingstatus === FolderOnboarding.done;
  const about = rule.regardingobjectid ? `, about ${rule.regardingobjectid.table} ${rule.regardingobjectid.id}` : '';
  return `${state}${about}, ${isDone ? `${rule.mr_itemsdone ?? 0} messages` : count}. ${rule.mr_statereason ?? ''}`.trim();
}
