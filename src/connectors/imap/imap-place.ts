import type { ImapFlow } from 'imapflow';

/** Where a mailbox lies among the folders that its account sees (RFC 2342). */
export interface ImapPlace {
  /** Path of the folder that its mail comes into. */
  readonly inbox: string;
  /** What the paths of its own folders begin with, delimiter included; empty on most servers. */
  readonly root: string;
  readonly delimiter: string;
  /** What the paths of other people's and of shared folders begin with; they are not among its own. */
  readonly foreign: readonly string[];
}

const usualInbox = 'INBOX';

/** What a server says of its namespaces. */
export interface ImapNamespaces {
  readonly personal: readonly ImapNamespace[];
  readonly other: readonly ImapNamespace[];
  readonly shared: readonly ImapNamespace[];
}

export interface ImapNamespace {
  readonly prefix: string;
  readonly delimiter: string | null | undefined;
}

/**
 * The place of the account's own mailbox, or of one that others share with it, when `inbox` names the folder that holds its mail:
 * its other folders lie below (`Other Users/support`), or beside where the folder is called INBOX (`shared/support/INBOX`). Pure.
 */
export function placeOf({ personal, other, shared }: ImapNamespaces, inbox: string | undefined): ImapPlace {
  const delimiter = personal[0]?.delimiter ?? '/';
  const foreign = [...other, ...shared].map(({ prefix }) => prefix).filter((prefix) => prefix !== '');
  if (inbox === undefined || inbox.toUpperCase() === usualInbox)
    return { inbox: usualInbox, root: personal[0]?.prefix ?? '', delimiter, foreign };
  const isCalledInbox = inbox.toUpperCase().endsWith(`${delimiter}${usualInbox}`);
  const root = isCalledInbox ? inbox.slice(0, -usualInbox.length) : `${inbox}${delimiter}`;
  return { inbox, root, delimiter, foreign };
}

/** Whether a folder is the one that mail comes into; Dovecot lists `shared/support/INBOX` as `shared/support`. Pure. */
export function isInboxFolder({ inbox, delimiter }: ImapPlace, path: string): boolean {
  return path === inbox || `${path}${delimiter}${usualInbox}` === inbox;
}

/** Whether a folder is the mailbox's own. Pure. */
export function isOwnFolder(place: ImapPlace, path: string): boolean {
  const { inbox, root, foreign } = place;
  if (isInboxFolder(place, path)) return true;
  if (inbox === usualInbox) return !foreign.some((prefix) => path.startsWith(prefix));
  return path.startsWith(root);
}

/** The path of a folder of the mailbox by its name, `/` between levels. Pure. */
export function pathInMailbox({ root, delimiter }: ImapPlace, name: string): string {
  return `${root}${name.split('/').join(delimiter)}`;
}

/** The place of a mailbox on an open connection; from then on the client takes every path as the server has it. */
export function claimPlace(client: ImapFlow, inbox: string | undefined): ImapPlace {
  const { personal = [], other, shared } = client.namespaces ?? {};
  const place = placeOf({ personal: [...personal], other: other || [], shared: shared || [] }, inbox);
  // With a prefix the client would put it before the folders of other people, too.
  client.namespace = { prefix: '', delimiter: place.delimiter };
  return place;
}
