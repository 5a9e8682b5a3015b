import type { ImapFlow, ListResponse } from 'imapflow';
import { atom, command, type ImapToken, textOf } from './raw-commands.ts';

/**
 * Ids of folders that outlive renaming and moving, by path: MAILBOXID (RFC 8474), on Dovecot, which lacks that, the GUID that its
 * STATUS tells. Empty where the server has neither. `patterns` are those that the folders were listed by. Rejects as imapflow does.
 */
export async function readFolderIds(
  client: ImapFlow,
  listed: readonly ListResponse[],
  patterns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const item = itemOf(client);
  const ids = new Map<string, string>();
  if (item === undefined) return ids;
  const paths = new Map(listed.map(({ path, pathAsListed }) => [pathAsListed, path]));
  const take = ([name, items]: readonly ImapToken[]): void => {
    const path = paths.get(textOf(name) ?? '');
    const id = statusValue(items, item);
    if (path !== undefined && id !== undefined) ids.set(path, id);
  };
  if (client.capabilities.has('LIST-STATUS')) {
    for (const pattern of patterns)
      await command(client, 'LIST', ['', pattern, atom('RETURN'), [atom('STATUS'), [atom(item)]]], 'STATUS', take);
    return ids;
  }
  for (const { pathAsListed, flags } of listed)
    if (!flags.has('\\Noselect')) await command(client, 'STATUS', [pathAsListed, [atom(item)]], 'STATUS', take);
  return ids;
}

function itemOf({ capabilities, serverInfo }: ImapFlow): string | undefined {
  if (capabilities.has('OBJECTID')) return 'MAILBOXID';
  return serverInfo?.name === 'Dovecot' ? 'X-GUID' : undefined;
}

/** The value of an item of a STATUS answer; MAILBOXID stands in parentheses. */
function statusValue(items: ImapToken | undefined, wanted: string): string | undefined {
  if (!Array.isArray(items)) return undefined;
  const at = items.findIndex((item, index) => index % 2 === 0 && textOf(item)?.toUpperCase() === wanted);
  const value: ImapToken | undefined = at < 0 ? undefined : items[at + 1];
  return textOf(Array.isArray(value) ? value[0] : value) || undefined;
}
