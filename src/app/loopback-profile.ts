import type { RuledStore } from '../rules/ruled-store.ts';
import { CredentialRetrieval, ServerType } from '../tables/choices.ts';

/** Mail servers on 127.0.0.1 that speak no TLS, as the demo and the benchmarks have them. */
export interface LoopbackServers {
  readonly name: string;
  readonly incoming: { readonly protocol: 'pop3' | 'imap'; readonly port: number };
  readonly smtpPort: number;
  /** False for a server that takes mail without sign-in. */
  readonly signsInToSend: boolean;
  /** How often mailboxes are looked at, seconds. */
  readonly intervalSeconds: number;
}

/** Makes a profile for such servers the organisation's default, and opens both gates to them (EP-07, EP-14); returns its id. */
export async function makeLoopbackProfile(
  store: RuledStore,
  organizationid: string,
  servers: LoopbackServers,
): Promise<string> {
  await store.update('organization', organizationid, {
    mr_allownonsslemail: true,
    mr_allowbasicauthenticationonnonsecurechannel: true,
    mr_mailpollingintervalseconds: servers.intervalSeconds,
    mr_outgoingpollingintervalseconds: servers.intervalSeconds,
  });
  const id = await store.create('emailserverprofile', {
    name: servers.name,
    servertype: servers.incoming.protocol === 'imap' ? ServerType.imapSmtp : ServerType.pop3Smtp,
    incomingserverlocation: '127.0.0.1',
    incomingportnumber: servers.incoming.port,
    incomingusessl: false,
    outgoingserverlocation: '127.0.0.1',
    outgoingportnumber: servers.smtpPort,
    outgoingusessl: false,
    incomingcredentialretrieval: CredentialRetrieval.userOrQueue,
    outgoingcredentialretrieval: servers.signsInToSend
      ? CredentialRetrieval.userOrQueue
      : CredentialRetrieval.anonymous,
    maxconcurrentconnections: 10,
  });
  await store.update('organization', organizationid, {
    defaultemailserverprofileid: { table: 'emailserverprofile', id },
  });
  return id;
}
