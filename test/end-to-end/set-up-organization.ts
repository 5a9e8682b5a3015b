import type { ApiClient } from './api-client.ts';
import type { MailSystem } from './mail-servers.ts';

/** What the administrator made over HTTP. */
export interface SetUp {
  readonly userId: string;
  readonly userAddress: string;
  readonly userMailboxId: string;
  readonly queueId: string;
  readonly queueAddress: string;
  readonly queueMailboxId: string;
  readonly accountId: string;
  /** A contact that the user owns. */
  readonly contactId: string;
}

/** The addresses that it makes. */
export const userAddress = 'ada@harbour.example';
export const queueAddress = 'support@harbour.example';

/** Makes profile, user, queue, account and contact, and asks for Test & Enable of both mailboxes: only HTTP requests. */
export async function setUpOrganization(
  api: ApiClient,
  servers: MailSystem,
  contactAddress: string,
  incoming: 'pop3' | 'imap',
): Promise<SetUp> {
  const profileId = await makeProfile(api, servers, incoming);
  const userId = await api.create('systemusers', {
    firstname: 'Ada',
    lastname: 'Keller',
    internalemailaddress: userAddress,
    domainname: userAddress,
  });
  await api.update('usersettingscollection', userId, { incomingemailfilteringmethod: 2 });
  const queueId = await api.create('queues', {
    name: 'Support',
    emailaddress: queueAddress,
    incomingemailfilteringmethod: 0,
  });
  const accountId = await api.create('accounts', { name: 'Northwind Traders' });
  const contactId = await api.create('contacts', {
    firstname: 'Mei',
    lastname: 'Tanaka',
    emailaddress1: contactAddress,
    'parentcustomerid_account@odata.bind': `/accounts(${accountId})`,
    'ownerid@odata.bind': `/systemusers(${userId})`,
  });
  const userMailboxId = await openMailbox(api, servers, profileId, userAddress);
  const queueMailboxId = await openMailbox(api, servers, profileId, queueAddress);
  return { userId, userAddress, userMailboxId, queueId, queueAddress, queueMailboxId, accountId, contactId };
}

async function makeProfile(api: ApiClient, servers: MailSystem, incoming: 'pop3' | 'imap'): Promise<string> {
  const [organization] = await api.list('organizations', '$select=organizationid');
  await api.update('organizations', String(organization?.organizationid), {
    mr_mailpollingintervalseconds: 1,
    mr_outgoingpollingintervalseconds: 1,
  });
  return api.create('emailserverprofiles', {
    name: 'Harbour mail',
    servertype: incoming === 'imap' ? 4 : 1,
    incomingserverlocation: 'localhost',
    incomingportnumber: incoming === 'imap' ? servers.store.ports.imaps : servers.store.ports.pop3s,
    incomingusessl: true,
    mr_incomingsecurity: 100_000_001,
    incomingcredentialretrieval: 0,
    outgoingserverlocation: 'localhost',
    outgoingportnumber: servers.postfix.port,
    outgoingusessl: true,
    mr_outgoingsecurity: 100_000_002,
    outgoingcredentialretrieval: 4,
    mr_trustedcertificates: servers.caPem,
  });
}

async function openMailbox(api: ApiClient, servers: MailSystem, profileId: string, address: string): Promise<string> {
  const [mailbox] = await api.list('mailboxes', `$select=mailboxid&$filter=emailaddress eq '${address}'`);
  const id = String(mailbox?.mailboxid);
  await api.update('mailboxes', id, {
    'emailserverprofile@odata.bind': `/emailserverprofiles(${profileId})`,
    incomingemaildeliverymethod: 2,
    outgoingemaildeliverymethod: 2,
    allowemailconnectortousecredentials: true,
    username: address,
    password: servers.store.password,
  });
  await api.update('mailboxes', id, { emailrouteraccessapproval: 1, testemailconfigurationscheduled: true });
  return id;
}
