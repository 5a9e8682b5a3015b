import type { Client, Page } from '../../api/client.ts';
import { listPreference } from '../../api/client.ts';
import type { Mailbox } from '../../api/mailbox-row.ts';
import { queryString } from '../../api/odata.ts';

/** Rows of a kind that a download holds, at most, the newest ones. */
const mostRows = 1000;

const weekMs = 7 * 86_400_000;

/** All that helps to understand a mailbox from afar: its row, alerts, folder rules, links that fail, decisions of the last 7 days. Secrets are in none of it. */
export async function readDetails(client: Client, mailbox: Mailbox, now: Date): Promise<object> {
  const id = mailbox.mailboxid ?? '';
  const since = new Date(now.getTime() - weekMs).toISOString();
  const read = async (set: string, $filter: string, $orderby: string): Promise<readonly object[]> => {
    const path = `${set}${queryString({ $filter, $orderby, $top: mostRows })}`;
    return (await client.request<Page<object>>(path, { prefer: listPreference(mostRows) })).value;
  };
  const [alerts, folderRules, failingLinks, decisions] = await Promise.all([
    read('tracelogs', `_regardingobjectid_value eq ${id}`, 'createdon desc'),
    read('mailboxtrackingfolders', `_mailboxid_value eq ${id}`, 'createdon'),
    read('exchangesyncidmappings', `mr_mailboxid eq ${id} and retries gt 0`, 'lastsyncerroroccurredon desc'),
    read('mr_maildecisions', `_mr_mailboxid_value eq ${id} and createdon ge ${since}`, 'createdon desc'),
  ]);
  return { writtenOn: now.toISOString(), mailbox, alerts, folderRules, failingLinks, decisions };
}
