import type { MailHandle, MailHandlePage } from '../../contracts/mail-retriever.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import type { OpenQuarantine } from './quarantine.ts';
import { recogniseRenumbered } from './recognise-renumbered.ts';

/** A page of the server's list, sorted out by what is known of it. */
export interface SiftedPage {
  /** Not dealt with yet, in the server's order. */
  readonly fresh: readonly MailHandle[];
  /** True when many ids were remembered and hardly any is listed: the server may have renumbered (PAIN-09). */
  readonly looksRenumbered: boolean;
  /** True when nothing of this mailbox was seen before. */
  readonly isFirstLook: boolean;
}

/** An emptied list forgets at most this many ids at once; a server that shows none of many may be mistaken. */
const mostForgottenByEmptyList = 20;

/** Share of the remembered ids, and of those listed, below which the list looks renumbered. */
const knownShare = 0.5;

/** Asks the sightings about a page (IN-04), and forgets ids that a complete list no longer names. What the quarantine fetches by itself is not fresh. */
export async function siftPage(
  turn: IncomingTurn,
  page: MailHandlePage,
  open: readonly OpenQuarantine[],
): Promise<SiftedPage> {
  const { database, memory } = turn.context;
  const { sightings } = database;
  if (page.isRenumbered) await recogniseRenumbered(turn, page);
  if (page.gone !== undefined && page.gone.length > 0) await sightings.forget(turn.mailboxid, page.gone);
  const ids = page.handles.map((handle) => handle.serverId);
  const seen = ids.length === 0 ? new Set<string>() : await sightings.seen(turn.mailboxid, ids);
  // What was counted when the turn began holds while nothing was dealt with since: an empty list comes first and alone.
  const counted = ids.length === 0 && open.length === 0 ? memory?.sightings : undefined;
  const remembered = page.complete ? (counted ?? (await sightings.count(turn.mailboxid))) : seen.size;
  const waiting = new Set(open.flatMap((one) => (one.rawBlob === undefined ? [one.serverId] : [])));
  const fresh = page.handles.filter(({ serverId }) => !seen.has(serverId) && !waiting.has(serverId));
  const looksRenumbered =
    page.isRenumbered === true ||
    (page.complete &&
      fresh.length > 0 &&
      seen.size < remembered * knownShare &&
      seen.size < page.handles.length * knownShare);
  const mayForget = ids.length > 0 || remembered <= mostForgottenByEmptyList;
  if (page.complete && remembered > seen.size && mayForget) await sightings.forgetAllBut(turn.mailboxid, ids);
  return {
    fresh,
    looksRenumbered,
    isFirstLook: page.complete && remembered === 0,
  };
}
