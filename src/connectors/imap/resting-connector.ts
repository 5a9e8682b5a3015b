import type { Connector } from '../../contracts/connector.ts';
import type { FolderTracker } from '../../contracts/folder-tracker.ts';
import type { MailRetriever } from '../../contracts/mail-retriever.ts';
import type { KeptInbox } from './kept-inbox.ts';

/**
 * A connector of an inbox that is kept: where its line says that nothing is new, nothing is opened; whatever else is asked opens a real
 * one first, by `open`, and does it there. Throws what `open` throws, then.
 */
export function restingConnector(inbox: KeptInbox, open: () => Promise<Connector>): Connector {
  let opened: Promise<Connector> | undefined;
  const reach = (): Promise<Connector> => {
    opened ??= open();
    return opened;
  };
  const retriever = async (): Promise<MailRetriever> => present((await reach()).retriever);
  const folders = async (): Promise<FolderTracker> => present((await reach()).folders);
  return {
    retriever: {
      list: (cursor, signal) => listUnlessKnown(inbox, retriever, cursor, signal),
      fetch: (...asked) => later(retriever, (real) => real.fetch(...asked)),
      fetchHeads: (...asked) => later(retriever, (real) => present(real.fetchHeads?.(...asked))),
      settle: async (...asked) => (await retriever()).settle(...asked),
    },
    folders: {
      folders: async (...asked) => (await folders()).folders(...asked),
      changes: (...asked) => later(folders, (real) => real.changes(...asked)),
      fetch: (...asked) => later(folders, (real) => real.fetch(...asked)),
      fetchHeads: (...asked) => later(folders, (real) => present(real.fetchHeads?.(...asked))),
      changedItems: (...asked) => later(folders, (real) => present(real.changedItems?.(...asked))),
      mark: async (...asked) => present((await folders()).mark?.(...asked)),
    },
    steps: [
      {
        name: 'open',
        ok: true,
        detail: 'A line to the inbox is open; the server is signed in to again for what is new.',
      },
    ],
    close: async () => (await opened)?.close(),
    abort: () => void opened?.then((real) => real.abort()).catch(() => undefined),
  };
}

async function* listUnlessKnown(
  inbox: KeptInbox,
  retriever: () => Promise<MailRetriever>,
  cursor: string | null,
  signal: AbortSignal,
): ReturnType<MailRetriever['list']> {
  if (await inbox.isAsListed(cursor)) return;
  const noteListed = inbox.beginListing();
  let last = cursor;
  for await (const page of (await retriever()).list(cursor, signal)) {
    yield page;
    // Whoever asks for more has dealt with this page, and stored its cursor.
    last = page.cursor ?? last;
  }
  noteListed(last);
}

async function* later<R, T>(real: () => Promise<R>, read: (real: R) => AsyncIterable<T>): AsyncGenerator<T> {
  yield* read(await real());
}

/** A real connector of this kind has all of them. */
function present<T>(part: T | undefined): T {
  if (part === undefined) throw new TypeError('The connector lacks a part that its kind has.');
  return part;
}
