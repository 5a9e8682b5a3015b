import type { ListResponse } from 'imapflow';
import { type ImapPlace, isOwnFolder } from './imap-place.ts';

/** Names of sent folders on servers that do not mark theirs (RFC 6154), lower case, best first. */
const usualNames = ['sent', 'sent items', 'sent messages', 'sent mail'];

/** The sent folder among the mailbox's own: by its special use (RFC 6154), then by its name at the top; undefined where there is none. Pure. */
export function findSentFolder(place: ImapPlace, listed: readonly ListResponse[]): ListResponse | undefined {
  const own = listed.filter(({ path }) => isOwnFolder(place, path));
  const byName = (name: string): ListResponse | undefined =>
    own.find(({ path }) =>
      [`${place.root}${name}`, `inbox${place.delimiter}${name}`].some(
        (one) => one.toLowerCase() === path.toLowerCase(),
      ),
    );
  return (
    own.find(({ flags }) => flags.has('\\Sent')) ??
    usualNames.map(byName).find((folder) => folder !== undefined) ??
    own.find(({ specialUse }) => specialUse === '\\Sent')
  );
}
