import type { FolderItem, MailFolder } from '../../../contracts/folder-tracker.ts';
import { withLease } from '../incoming-turn.ts';
import { type MarkState, markDecisions } from './judge-mark.ts';
import { type MailMark, readMarks, setMark } from './mail-marks.ts';
import { mailboxCategory } from './mailbox-category.ts';
import { noteUntracked } from './note-untracked.ts';
import { takeItems } from './read-folder.ts';
import { type TrackingCursors, writeTrackingCursor } from './tracking-cursors.ts';
import type { TrackingPass } from './tracking-pass.ts';

type Mark = MailMark & { readonly state: MarkState };

interface SeenItem {
  readonly item: FolderItem;
  readonly isOn: boolean;
  readonly mark: Mark | undefined;
}

/** Folders that are looked through in every turn; one request asks for as many. */
const fewFolders = 100;

/** Time between two looks through a mailbox of more folders, ms: CT-03 allows 15 minutes. */
const restMs = 60_000;

/** Looks through what changed in the mailbox for messages that were given the category, or from which it was taken (CT-03, CT-04, CT-11). Returns how many are left. */
export async function trackCategories(pass: TrackingPass): Promise<number> {
  const { turn, tracker, tree, cursors } = pass;
  const { mailbox, signal } = turn.context;
  if (tracker.changedItems === undefined) return 0;
  const looksAt = ({ role, isForeign }: MailFolder): boolean =>
    role !== 'drafts' && role !== 'deleted' && isForeign !== true;
  const folderIds = tree.folders.filter(looksAt).map(({ id }) => id);
  const hasMany = folderIds.length > fewFolders;
  const now = turn.context.clock.now();
  if (hasMany && lookedLately(cursors, now)) return 0;
  const category = await mailboxCategory(pass);
  const asked = { folderIds, category, since: mailbox.tagemailsafter ?? turn.startOn };
  const before = cursors.get('changes');
  let next = before;
  for await (const page of tracker.changedItems(asked, before ?? null, signal)) {
    const left = await lookAt(pass, page.items, category);
    if (left > 0) return left;
    next = page.cursor ?? next;
  }
  const found: [string, string][] = next !== undefined && next !== before ? [['changes', next]] : [];
  if (hasMany) found.push(['looked', String(now.getTime())]);
  if (found.length === 0) return 0;
  await withLease(turn, async (scope) => {
    for (const [name, value] of found) await writeTrackingCursor(scope, turn.mailboxid, name, value);
  });
  return 0;
}

/** True when a mailbox of many folders was looked through to its end a moment ago; a clock set back, or a look from the start (TE-09), does not wait. */
export function lookedLately(cursors: TrackingCursors, now: Date): boolean {
  const since = now.getTime() - Number(cursors.get('looked') ?? 0);
  return cursors.has('changes') && since >= 0 && since < restMs;
}

async function lookAt(pass: TrackingPass, items: readonly FolderItem[], category: string): Promise<number> {
  const mails = items.filter(({ isMail }) => isMail);
  if (mails.length === 0) return 0;
  const { turn } = pass;
  const marks = await readMarks(turn.context.database, turn.mailboxid, mails);
  const byServerId = new Map(marks.map((mark) => [mark.serverId, mark]));
  const byIdentity = new Map(marks.map((mark) => [mark.identity, mark]));
  const waiting = new Set(pass.open.map(({ serverId }) => serverId));
  const seen = mails.map((item): SeenItem => {
    const isOn = item.categories.some((name) => name.toLowerCase() === category.toLowerCase());
    const { serverId, messageId = '' } = item;
    const mark = byServerId.get(serverId) ?? byIdentity.get(messageId) ?? byIdentity.get(`sent:${messageId}`);
    return { item, isOn, mark };
  });
  const wanted: FolderItem[] = [];
  for (const one of seen) {
    const { action, next } = markDecisions[one.mark?.state ?? 'none'][one.isOn ? 'on' : 'off'];
    if (action === 'track' && !waiting.has(one.item.serverId)) wanted.push(one.item);
    else if (one.mark !== undefined) await follow(pass, one, one.mark, action === 'untrack', next);
  }
  return takeItems(pass, { kind: 'category', name: category }, wanted);
}

/** Notes where a known message lies and stands now. */
async function follow(pass: TrackingPass, { item }: SeenItem, mark: Mark, isUntracked: boolean, next: MarkState) {
  const { turn } = pass;
  const isElsewhere = mark.serverId !== item.serverId;
  if (next === mark.state && !isElsewhere) return;
  // Of a copy nobody took the mark: the message itself is still there.
  if (isUntracked && isElsewhere && (await isThere(pass, mark.serverId))) return;
  await withLease(turn, async (scope) => {
    const now = turn.context.clock.now();
    await setMark(scope, turn.mailboxid, { ...mark, serverId: item.serverId }, next, now);
    if (isUntracked) await noteUntracked(scope, turn.mailboxid, mark.identity, now);
  });
}

async function isThere({ tracker, turn }: TrackingPass, serverId: string): Promise<boolean> {
  if (tracker.fetchHeads === undefined) return false;
  for await (const fetched of tracker.fetchHeads([{ serverId }], 1, turn.context.signal)) return 'raw' in fetched;
  return false;
}
