import type { ImapFlow } from 'imapflow';
import { MailroomError } from '../../base/errors.ts';
import type {
  FetchedMail,
  MailHandle,
  MailHandlePage,
  MailRetriever,
  Settlement,
} from '../../contracts/mail-retriever.ts';
import { fetchTexts, type WantedText } from './fetch-texts.ts';
import {
  formatCursor,
  hasNothingAbove,
  type ImapCursor,
  type ImapState,
  isUnchanged,
  parseCursor,
} from './imap-cursor.ts';
import { imapAborted, imapError, imapGone, imapTooLarge, imapUnconfirmed } from './imap-errors.ts';
import { type ImapPlace, pathInMailbox } from './imap-place.ts';
import { messageIdOf } from './message-id-field.ts';

export interface ImapRetrieverOptions {
  /** `host:port`, for messages. */
  readonly where: string;
  /** What must never be shown. */
  readonly secrets: readonly string[];
  /** Messages above this are not taken, bytes. */
  readonly maxMessageBytes: number;
  readonly place: ImapPlace;
}

/** Bytes asked for in one FETCH: bounds memory, of which two batches are held, and saves round trips. */
const batchBytes = 4 * 1024 * 1024;
const batchMessages = 100;
const headBatch = 200;
/** Where messages go that failed for good (UD-01). */
const undeliverableFolder = 'Undeliverable';
/** Handles of a page, when only what is new is listed. */
const pageSize = 1000;
/** Deleted messages told of in one listing; the others are forgotten when everything is listed again. */
const mostVanished = 100_000;

/**
 * Reads the open mailbox of an IMAP connection (IN-04, IN-07): UIDs name the messages, bodies come by BODY.PEEK, which leaves the
 * read state alone. With a cursor of the same UIDVALIDITY only what is new is listed, and nothing is asked where the server's counters
 * (CONDSTORE) stand still; after a change of UIDVALIDITY everything, with Message-IDs, so that the caller recognises what it knows
 * (PAIN-09). One operation at a time.
 */
export class ImapRetriever implements MailRetriever {
  readonly #client: ImapFlow;
  readonly #options: ImapRetrieverOptions;

  constructor(client: ImapFlow, options: ImapRetrieverOptions) {
    this.#client = client;
    this.#options = options;
  }

  async *list(cursor: string | null, signal: AbortSignal): AsyncGenerator<MailHandlePage> {
    const known = parseCursor(cursor);
    const now = this.#state();
    if (known === undefined || known.uidValidity !== now.uidValidity) {
      const isRenumbered = known !== undefined;
      const handles = await this.#handles('1:*', 0, signal, isRenumbered);
      yield { handles, cursor: formatCursor({ ...now, lastUid: lastUidOf(handles) }), complete: true, isRenumbered };
    } else if (!isUnchanged(known, now)) yield* this.#listNew(known, now, signal);
  }

  async *fetchHeads(
    handles: readonly MailHandle[],
    maxBytes: number,
    signal: AbortSignal,
  ): AsyncGenerator<FetchedMail> {
    for (let start = 0; start < handles.length; start += headBatch) {
      const group = handles.slice(start, start + headBatch);
      const heads = await this.#read(group, 'head', signal);
      for (const handle of group) {
        const raw = heads.get(handle.serverId);
        yield raw === undefined ? { handle, error: this.#gone(handle) } : { handle, raw: raw.subarray(0, maxBytes) };
      }
    }
  }

  /** The next batch comes while the one before is dealt with. */
  async *fetch(handles: readonly MailHandle[], signal: AbortSignal): AsyncGenerator<FetchedMail> {
    const { where, maxMessageBytes } = this.#options;
    let start = 0;
    const ask = (): Promise<ReadBatch> | undefined => {
      const group = takeBatch(handles, start, maxMessageBytes);
      start += group.length;
      if (group.length === 0) return undefined;
      const batch = this.#readBatch(group, signal);
      // It is awaited when its turn comes; until then nobody hears that it failed.
      batch.catch(() => undefined);
      return batch;
    };
    let next: Promise<ReadBatch> | undefined;
    try {
      for (next = ask(); next !== undefined; next ??= ask()) {
        const { group, sizes, bodies }: ReadBatch = await next;
        // Of messages larger than a batch one at a time is in memory.
        next = (handles[start]?.sizeBytes ?? 0) <= batchBytes ? ask() : undefined;
        for (const handle of group) {
          this.#refuseAborted(signal);
          const raw = bodies.get(handle.serverId);
          const size = raw?.length ?? sizes.get(handle.serverId) ?? 0;
          if (size > maxMessageBytes)
            yield { handle, error: imapTooLarge(where, handle.serverId, size, maxMessageBytes) };
          else if (raw === undefined) yield { handle, error: this.#gone(handle) };
          else yield { handle, raw, receivedOn: handle.receivedOn };
        }
      }
    } finally {
      // One operation at a time: what was asked ahead comes to its end before another begins.
      await next?.catch(() => undefined);
    }
  }

  async #readBatch(group: readonly MailHandle[], signal: AbortSignal): Promise<ReadBatch> {
    const { maxMessageBytes } = this.#options;
    const sizes = group.some(({ sizeBytes }) => sizeBytes === undefined)
      ? await this.#sizes(group, signal)
      : new Map(group.map((handle) => [handle.serverId, handle.sizeBytes ?? 0]));
    const small = group.filter(({ serverId }) => (sizes.get(serverId) ?? 0) <= maxMessageBytes);
    // One byte above the limit is asked for, so that a server that lies about sizes cannot fill the memory.
    const bodies = await this.#read(small, { mostBytes: maxMessageBytes + 1 }, signal);
    return { group, sizes, bodies };
  }

  async settle(handles: readonly MailHandle[], settlement: Settlement, signal: AbortSignal): Promise<void> {
    const uids = this.#uidsOf(handles).join(',');
    if (settlement === 'keep' || uids === '') return;
    if (settlement === 'delete') {
      await this.#run('deleting', signal, async () => {
        const isDone = await this.#client.messageDelete(uids, { uid: true });
        if (!isDone) throw imapUnconfirmed(this.#options.where, 'deleting', 'transient');
      });
      return;
    }
    const folder = settlement === 'undeliverable' ? undeliverableFolder : settlement.moveTo;
    const path = pathInMailbox(this.#options.place, folder);
    await this.#run('moving', signal, async () => {
      // Servers refuse to make what exists, in words of their own (Cyrus); where it is absent after all, the move says so.
      await this.#client.mailboxCreate(path).catch(() => undefined);
      const isDone = await this.#client.messageMove(uids, path, { uid: true });
      const kind = this.#client.usable ? 'configuration' : 'transient';
      if (!isDone) throw imapUnconfirmed(this.#options.where, 'moving', kind);
    });
  }

  /** Only the last page bears the server's new counters: with them, what was not dealt with yet would look read. */
  async *#listNew(known: ImapCursor, now: ImapState, signal: AbortSignal): AsyncGenerator<MailHandlePage> {
    const gone = await this.#vanished(known, now, signal);
    // `n:*` names the last message even when its UID is below n (RFC 9051 9), hence the filter.
    const fresh = hasNothingAbove(known, now)
      ? []
      : await this.#handles(`${known.lastUid + 1}:*`, known.lastUid, signal, false);
    for (let start = 0; start === 0 || start < fresh.length; start += pageSize) {
      const handles = fresh.slice(start, start + pageSize);
      const isLast = start + pageSize >= fresh.length;
      const lastUid = Math.max(known.lastUid, lastUidOf(handles));
      const cursor = formatCursor({ ...(isLast ? now : known), lastUid });
      yield { handles, cursor, complete: false, gone: start === 0 ? gone : [] };
    }
  }

  /** What was read once and is deleted now, where the server keeps account of that (QRESYNC, RFC 7162 3.2.6). */
  async #vanished(known: ImapCursor, now: ImapState, signal: AbortSignal): Promise<readonly string[]> {
    const { modseq, lastUid, uidValidity } = known;
    if (modseq === undefined || modseq === now.modseq || lastUid === 0 || !this.#client.enabled.has('QRESYNC'))
      return [];
    const gone: string[] = [];
    const onExpunge = ({ uid }: { readonly uid?: number }): void => {
      if (uid !== undefined && uid <= lastUid && gone.length < mostVanished) gone.push(`${uidValidity}:${uid}`);
    };
    this.#client.on('expunge', onExpunge);
    try {
      await this.#run('asking for what is gone', signal, async () => {
        const changes = this.#client.fetch(`1:${lastUid}`, { uid: true }, { uid: true, changedSince: modseq });
        for await (const _ of changes) this.#refuseAborted(signal);
      });
    } finally {
      this.#client.off('expunge', onExpunge);
    }
    return gone;
  }

  /** Messages of `range` above the UID `above`, by UID; with the Message-ID of each when asked. */
  async #handles(range: string, above: number, signal: AbortSignal, withMessageId: boolean): Promise<MailHandle[]> {
    const handles = new Map<number, MailHandle>();
    const { uidValidity } = this.#state();
    const headers = withMessageId ? { headers: ['Message-ID'] } : {};
    const query = { uid: true, size: true, internalDate: true, ...headers };
    await this.#run('listing', signal, async () => {
      if (this.#client.mailbox === false || this.#client.mailbox.exists === 0) return;
      for await (const found of this.#client.fetch(range, query, { uid: true })) {
        // What a server tells unasked of a message may name no UID, or a message that was listed (RFC 9051 7.5.2).
        if (found.uid === undefined || found.uid <= above) continue;
        if (found.size === undefined && handles.has(found.uid)) continue;
        const serverId = `${uidValidity}:${found.uid}`;
        const messageId = withMessageId ? { messageId: messageIdOf(found.headers) } : {};
        const receivedOn = dateOf(found.internalDate);
        handles.set(found.uid, { serverId, sizeBytes: found.size, receivedOn, ...messageId });
      }
    });
    return [...handles].sort(([one], [other]) => one - other).map(([, handle]) => handle);
  }

  async #sizes(group: readonly MailHandle[], signal: AbortSignal): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    const uids = this.#uidsOf(group);
    const uidValidity = this.#uidValidity();
    if (uids.length === 0) return sizes;
    await this.#run('asking for sizes', signal, async () => {
      for await (const found of this.#client.fetch(uids.join(','), { uid: true, size: true }, { uid: true }))
        if (found.size !== undefined) sizes.set(`${uidValidity}:${found.uid}`, found.size);
    });
    return sizes;
  }

  async #read(
    group: readonly MailHandle[],
    wanted: WantedText,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Buffer>> {
    const uids = this.#uidsOf(group);
    const uidValidity = this.#uidValidity();
    if (uids.length === 0) return new Map();
    const texts = await this.#run('reading messages', signal, () => fetchTexts(this.#client, uids, wanted));
    return new Map([...texts].map(([uid, text]) => [`${uidValidity}:${uid}`, text]));
  }

  /** UIDs of the handles that belong to this UIDVALIDITY; the others name messages nobody can find any more. */
  #uidsOf(handles: readonly MailHandle[]): readonly number[] {
    const start = `${this.#uidValidity()}:`;
    return handles.flatMap(({ serverId }) => (serverId.startsWith(start) ? Number(serverId.slice(start.length)) : []));
  }

  #uidValidity(): string {
    return this.#state().uidValidity;
  }

  #state(): ImapState {
    const { mailbox } = this.#client;
    if (mailbox !== false) {
      const modseq = mailbox.noModseq ? undefined : mailbox.highestModseq;
      return {
        uidValidity: String(mailbox.uidValidity),
        modseq: modseq || undefined,
        uidNext: mailbox.uidNext || undefined,
      };
    }
    throw new MailroomError(`The IMAP mailbox on ${this.#options.where} is not open any more.`, {
      code: 'mr_ImapClosed',
      kind: 'transient',
    });
  }

  #gone({ serverId }: MailHandle): MailroomError {
    return imapGone(this.#options.where, serverId);
  }

  #refuseAborted(signal: AbortSignal): void {
    if (signal.aborted) throw imapAborted(this.#options.where, signal.reason);
  }

  async #run<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { where, secrets } = this.#options;
    this.#refuseAborted(signal);
    const onAbort = () => this.#client.close();
    signal.addEventListener('abort', onAbort);
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? imapAborted(where, signal.reason) : imapError(error, where, doing, secrets);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** Messages that were asked for together. */
interface ReadBatch {
  readonly group: readonly MailHandle[];
  /** Bytes by server id. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly bodies: ReadonlyMap<string, Buffer>;
}

function takeBatch(handles: readonly MailHandle[], start: number, maxMessageBytes: number): readonly MailHandle[] {
  let bytes = 0;
  let end = start;
  while (end < handles.length && end - start < batchMessages) {
    const size = handles[end]?.sizeBytes ?? 64 * 1024;
    if (end > start && bytes + size > batchBytes) break;
    if (size <= maxMessageBytes) bytes += size;
    end += 1;
  }
  return handles.slice(start, end);
}

const lastUidOf = (handles: readonly MailHandle[]): number => Number(handles.at(-1)?.serverId.split(':')[1] ?? 0);

function dateOf(value: Date | string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
