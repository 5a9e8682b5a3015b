import { startExchange } from '../../testbed/exchange/start-exchange.ts';
import { headerField } from './header-field.ts';
import type { RecordedMail, TortureServers } from './torture-servers.ts';
import { startTripwireProxy } from './tripwire-proxy.ts';

const serviceAddress = 'service@harbour.example';
const password = 'torture-password';

/** Starts a simulated Exchange with a mailbox for each of `addresses`, behind a tripwire; one account acts for all of them. */
export async function startExchangeTortureServer(addresses: readonly string[]): Promise<TortureServers> {
  const recorded: RecordedMail[] = [];
  let streams = 0;
  const server = await startExchange({
    mailboxes: [
      { address: serviceAddress, password, mayImpersonate: true },
      ...addresses.map((address) => ({ address, password })),
    ],
    tap: (xml, direction) => {
      if (direction === 'request' && xml.includes('<m:GetStreamingEvents>')) streams += 1;
    },
    onOutbound: ({ to, raw }) =>
      recorded.push({ to, subject: headerField(raw, 'Subject'), messageId: headerField(raw, 'Message-ID') }),
  });
  const ews = await startTripwireProxy(server.port);
  const itemsIn = (address: string, folder: string) => [
    ...server.account(address).mailbox.folderNamed(folder).byArrival,
  ];
  return {
    lines: { ews },
    profile: {
      servertype: 0,
      incomingserverlocation: `http://127.0.0.1:${ews.port}/EWS/Exchange.asmx`,
      incomingusessl: false,
      incomingcredentialretrieval: 1,
      incomingusername: serviceAddress,
      incomingpassword: password,
      incominguseimpersonation: true,
      usesamesettingsforoutgoingconnections: true,
    },
    mailbox: () => ({}),
    recorded,
    deliver: (address, raw) => void server.deliver(address, raw),
    left: (address) => itemsIn(address, 'inbox').length,
    remains: () => [
      ...(streams === 0 ? ['no stream of events was ever opened'] : []),
      ...addresses.flatMap((address) => [
        ...itemsIn(address, 'drafts').map(({ subject }) => `${address}: draft "${subject}"`),
        ...repeated(itemsIn(address, 'sentitems').map(({ messageId }) => messageId)).map(
          (id) => `${address}: ${id} is in Sent Items more than once`,
        ),
      ]),
    ],
    stop: async () => {
      await ews.stop();
      await server.stop();
    },
  };
}

const repeated = (values: readonly string[]): readonly string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);
