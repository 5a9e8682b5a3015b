import type { ImapFlow } from 'imapflow';
import { findSentFolder } from './find-sent-folder.ts';
import { imapError, imapUnconfirmed } from './imap-errors.ts';
import { type ImapPlace, pathInMailbox } from './imap-place.ts';

export interface ImapSentFolderOptions {
  /** `host:port`, for messages. */
  readonly where: string;
  /** What must not reach an error. */
  readonly secrets: readonly string[];
  readonly place: ImapPlace;
}

/** The sent folder of one mailbox over IMAP, found by its special use (RFC 6154), then by its name, else made. */
export class ImapSentFolder {
  readonly #client: ImapFlow;
  readonly #options: ImapSentFolderOptions;
  #path: Promise<string> | undefined;
  /** One at a time: a search needs the folder selected. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: ImapFlow, options: ImapSentFolderOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Whether the folder holds a message of this Message-ID (without brackets). Throws MailroomError. */
  holds(messageId: string): Promise<boolean> {
    return this.#inTurn('looking into the sent folder', async () => this.#find(await this.#folder(), messageId));
  }

  /** Appends a message, read, unless the folder holds it (RFC 9051 6.3.12). Throws MailroomError. */
  append(messageId: string, raw: Buffer): Promise<void> {
    return this.#inTurn('storing a copy in the sent folder', async () => {
      const path = await this.#folder();
      if (await this.#find(path, messageId)) return;
      const appended = await this.#client.append(path, raw, ['\\Seen']);
      if (appended === false) throw imapUnconfirmed(this.#options.where, 'storing a copy', 'transient');
    });
  }

  async #find(path: string, messageId: string): Promise<boolean> {
    const lock = await this.#client.getMailboxLock(path);
    try {
      const found = await this.#client.search({ header: { 'message-id': `<${messageId}>` } });
      if (!Array.isArray(found)) throw imapUnconfirmed(this.#options.where, 'a search', 'transient');
      return found.length > 0;
    } finally {
      lock.release();
    }
  }

  #folder(): Promise<string> {
    this.#path ??= this.#findFolder().catch((error: unknown) => {
      this.#path = undefined;
      throw error;
    });
    return this.#path;
  }

  async #findFolder(): Promise<string> {
    const { place } = this.#options;
    const known = findSentFolder(place, await this.#client.list());
    return known?.path ?? (await this.#client.mailboxCreate(pathInMailbox(place, 'Sent'))).path;
  }

  #inTurn<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const { where, secrets } = this.#options;
    const result = this.#last.then(work).catch((error: unknown) => {
      throw imapError(error, where, doing, secrets);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
