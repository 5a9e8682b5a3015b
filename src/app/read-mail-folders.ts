import { MailroomError } from '../base/errors.ts';
import type { FolderTree } from '../contracts/folder-tracker.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { connectToMailbox } from './connect-to-mailbox.ts';
import type { PreviewParts } from './preview-mailbox.ts';

/** Connects to the server of a mailbox and reads its mail folders as they are now. Throws 80040203 where the server has none beyond the inbox, and what connecting throws. */
export async function readMailFolders(
  parts: Pick<PreviewParts, 'database' | 'connect'>,
  mailbox: RecordOf<'mailbox'>,
  signal: AbortSignal,
): Promise<FolderTree> {
  const { connector, profile } = await connectToMailbox(parts, mailbox, signal);
  try {
    if (connector.folders === undefined) {
      throw new MailroomError(
        `Profile "${profile.name ?? ''}" reaches a server whose mailboxes are an inbox alone. Folders are tracked on Exchange and IMAP servers.`,
        { code: '80040203', kind: 'configuration' },
      );
    }
    return await connector.folders.folders(undefined, signal);
  } finally {
    connector.abort();
  }
}
