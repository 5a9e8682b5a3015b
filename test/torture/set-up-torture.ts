import type { ApiClient } from '../end-to-end/api-client.ts';
import type { TortureServers } from './torture-servers.ts';

/** Two queues: one leaves mail on the server, one deletes it after processing. */
export const keptAddress = 'kept@harbour.example';
export const deletingAddress = 'deleting@harbour.example';
export const customerAddress = 'customer@northwind.example';

/** What the rounds need to know of the organisation. */
export interface TortureSetUp {
  readonly mailboxIds: readonly string[];
  /** The queue that sends. */
  readonly queueId: string;
  readonly contactId: string;
}

const patienceMs = 30_000;

/** Sets the organisation up over HTTP and waits until Test & Enable has passed. */
export async function setUpTorture(api: ApiClient, servers: TortureServers): Promise<TortureSetUp> {
  const [organization] = await api.list('organizations', '$select=organizationid');
  await api.update('organizations', String(organization?.organizationid), {
    mr_allownonsslemail: true,
    mr_allowbasicauthenticationonnonsecurechannel: true,
    mr_mailpollingintervalseconds: 1,
    mr_outgoingpollingintervalseconds: 1,
    mr_sendretryseconds: 1,
  });
  const profileId = await api.create('emailserverprofiles', {
    name: 'Torture',
    ...servers.profile,
  });
  const contactId = await api.create('contacts', { lastname: 'Customer', emailaddress1: customerAddress });
  const mailboxIds: string[] = [];
  const queueIds: string[] = [];
  for (const address of [keptAddress, deletingAddress]) {
    queueIds.push(
      await api.create('queues', { name: address, emailaddress: address, incomingemailfilteringmethod: 0 }),
    );
    mailboxIds.push(await enable(api, address, profileId, servers));
  }
  return { mailboxIds, queueId: queueIds[0] ?? '', contactId };
}

async function enable(api: ApiClient, address: string, profileId: string, servers: TortureServers): Promise<string> {
  const [row] = await api.list('mailboxes', `$select=mailboxid&$filter=emailaddress eq '${address}'`);
  const id = String(row?.mailboxid);
  await api.update('mailboxes', id, {
    'emailserverprofile@odata.bind': `/emailserverprofiles(${profileId})`,
    ...servers.mailbox(address),
    processanddeleteemails: address === deletingAddress,
    emailrouteraccessapproval: 1,
  });
  await api.update('mailboxes', id, { testemailconfigurationscheduled: true });
  await api.until(`passed test of ${address}`, patienceMs, async () => {
    const mailbox = await api.get('mailboxes', id);
    if (mailbox.mailboxstatus === 2) throw new Error(`The test of ${address} failed: ${String(mailbox.mr_testresult)}`);
    return mailbox.enabledforincomingemail === true && mailbox.enabledforoutgoingemail === true;
  });
  return id;
}
