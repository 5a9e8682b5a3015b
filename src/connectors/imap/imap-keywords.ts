import type { ImapFlow, SearchObject, StatusObject } from 'imapflow';
import type {
  ChangedItems,
  FolderItem,
  FolderTracker,
  MarkChange,
  MarkOutcome,
} from '../../contracts/folder-tracker.ts';
import { hasLabels, itemOf, itemQuery } from './folder-item.ts';
import { formatCursor, type ImapCursor, type ImapState, isUnchanged, parseCursor } from './imap-cursor.ts';
import { imapUnconfirmed } from './imap-errors.ts';
import { type ImapFolderAccess, type KnownFolder, placedId } from './imap-folder-access.ts';
import { changedBearers, formatBearers, type KeywordBearers, parseBearers } from './keyword-bearers.ts';

/** Messages of a page. */
const pageSize = 1000;
const counters = { uidValidity: true, uidNext: true, highestModseq: true } as const;

type Asked = Parameters<NonNullable<FolderTracker['changedItems']>>[0];

/**
 * Categories of an IMAP mailbox: keywords of messages (RFC 9051 2.3.2), which other programs show as tags, on Gmail labels. What changed is told by the
 * change counters of each folder (CONDSTORE, RFC 7162), which come with one listing; the cursor holds them all. A folder without counters
 * is asked which of its messages bear the keyword, and the cursor holds those.
 */
export class ImapKeywords {
  readonly #access: ImapFolderAccess;

  constructor(access: ImapFolderAccess) {
    this.#access = access;
  }

  /** Messages whose flags changed since the cursor; of a folder not in it, those that bear the keyword and came on or after `since` (CT-11). */
  async *changedItems(asked: Asked, cursor: string | null, signal: AbortSignal): AsyncGenerator<ChangedItems> {
    const known = readCursors(cursor);
    const next: Record<string, string> = {};
    const wanted = new Set(asked.folderIds);
    const folders = (await this.#access.list(signal, counters)).filter(({ id }) => wanted.has(id));
    for (const { id, listed } of folders) {
      const now = stateOfStatus(listed.status);
      if (now === undefined) continue;
      if (now.modseq === undefined) {
        const { items, bearers } = await this.#bearing({ id, listed }, asked, known.bearers.get(id), signal);
        next[id] = formatBearers(bearers);
        if (items.length > 0) yield { items, cursor: null };
        continue;
      }
      next[id] = formatCursor({ ...now, lastUid: 0 });
      const before = known.counters.get(id);
      if (before !== undefined && isUnchanged(before, now)) continue;
      const items = await this.#changed({ id, listed }, asked, before, now, signal);
      for (let start = 0; start < items.length; start += pageSize)
        yield { items: items.slice(start, start + pageSize), cursor: null };
    }
    yield { items: [], cursor: JSON.stringify(next) };
  }

  /** Puts a keyword on messages or takes it off, folder by folder; the outcomes in the order asked. */
  async mark(changes: readonly MarkChange[], signal: AbortSignal): Promise<readonly MarkOutcome[]> {
    const outcomes = new Map<MarkChange, MarkOutcome>();
    const groups = new Map<string, MarkChange[]>();
    for (const change of changes) {
      const key = JSON.stringify([placedId(change.serverId).folderId, change.category, change.isOn]);
      groups.set(key, [...(groups.get(key) ?? []), change]);
    }
    for (const group of groups.values())
      for (const [change, outcome] of await this.#markAlike(group, signal)) outcomes.set(change, outcome);
    return changes.map((change) => outcomes.get(change) ?? 'gone');
  }

  async #changed(
    { id, listed }: KnownFolder,
    { category, since }: Asked,
    before: ImapCursor | undefined,
    now: ImapState,
    signal: AbortSignal,
  ): Promise<readonly FolderItem[]> {
    if (listed.status?.messages === 0) return [];
    const { client } = this.#access;
    return this.#access.within(id, 'reading', signal, async () => {
      const isSame = before?.uidValidity === now.uidValidity;
      const found = isSame ? '1:*' : await client.search({ ...bearing(client, category), since }, { uid: true });
      if (!Array.isArray(found) && found !== '1:*')
        throw imapUnconfirmed(this.#access.options.where, 'a search', 'transient');
      const range = Array.isArray(found) ? found.join(',') : found;
      const isEmpty = client.mailbox === false || client.mailbox.exists === 0;
      if (range === '' || isEmpty) return [];
      const options = { uid: true, ...(isSame && before.modseq !== undefined ? { changedSince: before.modseq } : {}) };
      const items: FolderItem[] = [];
      for await (const one of client.fetch(range, itemQuery(client), options))
        items.push(itemOf(this.#access.serverId(id, now.uidValidity, one.uid), one));
      return items;
    });
  }

  /** Messages of a folder without counters that bear the keyword now and did not before, or the other way round. */
  async #bearing(
    { id, listed }: KnownFolder,
    { category, since }: Asked,
    before: KeywordBearers | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly FolderItem[]; readonly bearers: KeywordBearers }> {
    const { client } = this.#access;
    const uidValidity = String(listed.status?.uidValidity ?? '');
    if (listed.status?.messages === 0) return { items: [], bearers: { uidValidity, uids: [] } };
    return this.#access.within(id, 'reading', signal, async (now) => {
      const found = await client.search({ ...bearing(client, category), since }, { uid: true });
      if (!Array.isArray(found)) throw imapUnconfirmed(this.#access.options.where, 'a search', 'transient');
      const bearers = { uidValidity: now.uidValidity, uids: found };
      const changed = changedBearers(before, bearers);
      const items: FolderItem[] = [];
      if (changed.length > 0)
        for await (const one of client.fetch(changed.join(','), itemQuery(client), { uid: true }))
          items.push(itemOf(this.#access.serverId(id, now.uidValidity, one.uid), one));
      return { items, bearers };
    });
  }

  /** Changes of one folder that put on, or take off, the same keyword. */
  async #markAlike(group: readonly MarkChange[], signal: AbortSignal): Promise<ReadonlyMap<MarkChange, MarkOutcome>> {
    const [first] = group;
    const outcomes = new Map<MarkChange, MarkOutcome>();
    if (first === undefined) return outcomes;
    const { client, options } = this.#access;
    const work = async ({ uidValidity }: ImapState): Promise<void> => {
      const start = `${uidValidity}:`;
      const uidOf = ({ serverId }: MarkChange): number | undefined =>
        serverId.startsWith(start) ? Number(placedId(serverId).id.slice(start.length)) : undefined;
      const present = await this.#present(group.flatMap((change) => uidOf(change) ?? []));
      const changing = group.filter((change) => present.has(uidOf(change) ?? 0));
      if (changing.length === 0) return;
      const range = changing.map(uidOf).join(',');
      const change = first.isOn ? client.messageFlagsAdd : client.messageFlagsRemove;
      const isDone = await change.call(client, range, [first.category], { uid: true, useLabels: hasLabels(client) });
      if (!isDone && !client.usable) throw imapUnconfirmed(options.where, 'a keyword', 'transient');
      for (const one of changing) outcomes.set(one, isDone ? 'done' : 'refused');
    };
    try {
      await this.#access.within(placedId(first.serverId).folderId, 'changing', signal, work);
    } catch (thrown) {
      if ((thrown as { readonly kind?: string }).kind !== 'notFound') throw thrown;
    }
    return outcomes;
  }

  async #present(uids: readonly number[]): Promise<ReadonlySet<number>> {
    const present = new Set<number>();
    if (uids.length === 0) return present;
    const { client } = this.#access;
    for await (const { uid } of client.fetch(uids.join(','), { uid: true, flags: true }, { uid: true }))
      present.add(uid);
    return present;
  }
}

/** What finds messages that bear a mark. */
const bearing = (client: ImapFlow, mark: string): SearchObject =>
  hasLabels(client) ? { labels: { has: [mark] } } : { keyword: mark };

interface Cursors {
  readonly counters: ReadonlyMap<string, ImapCursor>;
  readonly bearers: ReadonlyMap<string, KeywordBearers>;
}

function readCursors(text: string | null): Cursors {
  const counters = new Map<string, ImapCursor>();
  const bearers = new Map<string, KeywordBearers>();
  // A cursor of another form is one of another server.
  if (text === null || !/^\{.*\}$/s.test(text)) return { counters, bearers };
  for (const [id, cursor] of Object.entries(JSON.parse(text))) {
    if (typeof cursor !== 'string') continue;
    const counter = parseCursor(cursor);
    const marked = parseBearers(cursor);
    if (counter !== undefined) counters.set(id, counter);
    if (marked !== undefined) bearers.set(id, marked);
  }
  return { counters, bearers };
}

function stateOfStatus(status: StatusObject | undefined): ImapState | undefined {
  if (status?.uidValidity === undefined) return undefined;
  const { uidValidity, uidNext, highestModseq } = status;
  return { uidValidity: String(uidValidity), uidNext, modseq: highestModseq || undefined };
}
