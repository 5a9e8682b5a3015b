import type { StoreScope } from '../../../store/database.ts';
import { FilterOption } from '../../../tables/choices.ts';
import type { DecidedMail } from '../decide-group.ts';
import type { IncomingMail } from '../incoming-mail.ts';
import type { IncomingTurn } from '../incoming-turn.ts';
import { decisionIdentity } from '../known-mail.ts';
import type { BrokenMail } from '../quarantine.ts';
import { type RememberedItem, rememberItems } from './folder-items.ts';
import { askMarks, askMarksElsewhere, noteMarked } from './mail-marks.ts';
import type { Placement } from './placement.ts';
import { categoryPlace } from './tracking-cursors.ts';

/** A group as it was dealt with. */
export interface NotedGroup {
  readonly mails: readonly IncomingMail[];
  readonly decided: readonly DecidedMail[];
  readonly broken: readonly BrokenMail[];
}

/** Notes where messages lie that were found elsewhere than in the inbox, and which are to be marked on the server (CT-05); in the transaction that made their emails. */
export async function noteTracking(scope: StoreScope, turn: IncomingTurn, group: NotedGroup): Promise<void> {
  if (turn.placements !== undefined) await notePlaces(scope, turn, group);
  if (turn.marksWith !== undefined) await noteMarks(scope, turn, group.decided);
}

async function notePlaces(scope: StoreScope, turn: IncomingTurn, { mails, decided, broken }: NotedGroup) {
  const now = turn.context.clock.now();
  const isBroken = new Set(broken.map(({ serverId }) => serverId));
  const byServerId = new Map(decided.map((one) => [one.identified.mail.source.serverId, one]));
  const byIdentity = new Map(decided.map((one) => [one.identified.mail.identity, one]));
  const items = new Map<string, RememberedItem>();
  const add = (serverId: string, one: DecidedMail | undefined): void => {
    const placement = turn.placements?.get(serverId);
    const folderId = placement && placeOf(placement);
    if (placement === undefined || folderId === undefined) return;
    const isSettled = !isBroken.has(serverId);
    // A message with the category is remembered by its mark; only while it waits does it need a place.
    if (placement.kind === 'category' && isSettled && one?.identified.mail.source.quarantineId === undefined) return;
    const regarding = placement.kind === 'folder' ? placement.regarding : undefined;
    const identity = one === undefined ? null : decisionIdentity(one.identified);
    items.set(serverId, { folderId, serverId, identity, emailId: one?.emailId, isSettled, regarding });
  };
  for (const { source, identity } of mails)
    add(source.serverId, byServerId.get(source.serverId) ?? byIdentity.get(identity));
  for (const { serverId } of broken) add(serverId, undefined);
  await rememberItems(scope, turn.mailboxid, [...items.values()], now);
}

const placeOf = (placement: Placement): string => (placement.kind === 'category' ? categoryPlace : placement.folderId);

async function noteMarks(scope: StoreScope, turn: IncomingTurn, decided: readonly DecidedMail[]): Promise<void> {
  const { mailboxid } = turn;
  const now = turn.context.clock.now();
  const rowsOf = (mails: readonly DecidedMail[]) =>
    mails.map((one) => ({
      identity: decisionIdentity(one.identified),
      serverId: one.identified.mail.source.serverId,
      emailId: one.emailId,
    }));
  const byCategory = decided.filter(({ kind, placement }) => placement?.kind === 'category' && kind !== 'failed');
  await noteMarked(scope, mailboxid, rowsOf(byCategory), now);
  // IN-30: whoever tracks by hand gets no marks for what others brought.
  const marksCopies = turn.ownerFilter !== FilterOption.none;
  const due = decided.filter(
    ({ kind, placement }) =>
      placement?.kind !== 'category' &&
      (kind === 'accepted' || (kind === 'stored' && (marksCopies || placement !== undefined))),
  );
  const isPut = (one: DecidedMail): boolean => one.placement?.kind === 'folder';
  await askMarks(scope, mailboxid, rowsOf(due.filter(isPut)), now, true);
  await askMarks(scope, mailboxid, rowsOf(due.filter((one) => !isPut(one))), now, false);
  const made = decided.filter(({ kind, identified }) => kind === 'accepted' && !identified.isOutgoing);
  await askMarksElsewhere(scope, mailboxid, rowsOf(made), now);
}
