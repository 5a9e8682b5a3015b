import { MailroomError } from '../base/errors.ts';
import type { ExchangeEndpoint } from '../connectors/exchange/exchange-endpoint.ts';
import type { Endpoint } from '../contracts/connector.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { AuthenticationProtocol, CredentialRetrieval } from '../tables/choices.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

/** `emailserverprofile.exchangeversion`; what is older is asked for by the schema of Exchange 2010. */
const exchange2013 = 5;
const usualPath = '/EWS/Exchange.asmx';

/** How to reach an Exchange mailbox (CN-03, EP-12): a location is a host name or the address of Exchange Web Services. Throws 8005E218. */
export function exchangeEndpointFor(
  direction: 'incoming' | 'outgoing',
  endpoint: Endpoint,
  mailbox: Mailbox,
  profile: Profile,
  savesSentCopy: boolean,
): ExchangeEndpoint {
  const incoming = direction === 'incoming';
  const protocol = incoming ? profile.incomingauthenticationprotocol : profile.outgoingauthenticationprotocol;
  const retrieval = incoming ? profile.incomingcredentialretrieval : profile.outgoingcredentialretrieval;
  const port = (incoming ? profile.incomingportnumber : profile.outgoingportnumber) ?? 0;
  const url = urlOf(endpoint, port, mailbox, profile);
  return {
    ...endpoint,
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    security: url.protocol === 'https:' ? 'tls' : 'none',
    ewsUrl: url.href,
    mailboxAddress: mailbox.emailaddress ?? '',
    impersonates: (incoming ? profile.incominguseimpersonation : profile.outgoinguseimpersonation) === true,
    passwordScheme:
      retrieval === CredentialRetrieval.windowsIntegrated || protocol === AuthenticationProtocol.negotiate
        ? 'negotiate'
        : protocol === AuthenticationProtocol.ntlm
          ? 'ntlm'
          : protocol === AuthenticationProtocol.basic
            ? 'basic'
            : 'offered',
    newestSchema: (profile.exchangeversion ?? exchange2013) < exchange2013 ? 'Exchange2010_SP2' : undefined,
    savesSentCopy,
  };
}

function urlOf(endpoint: Endpoint, port: number, mailbox: Mailbox, profile: Profile): URL {
  // With Autodiscover the location is known later; until then the mailbox's domain stands for it.
  if (profile.useautodiscover)
    return new URL(`https://${(mailbox.emailaddress ?? '').split('@').at(-1) || 'localhost'}${usualPath}`);
  const scheme = endpoint.security === 'none' ? 'http' : 'https';
  const text = /^https?:\/\//i.test(endpoint.host) ? endpoint.host : `${scheme}://${endpoint.host}`;
  if (!URL.canParse(text)) {
    throw new MailroomError(
      `Profile "${profile.name}": the location "${endpoint.host}" is neither a host name nor an address. Enter one such as mail.example.com.`,
      { code: '8005E218', kind: 'configuration' },
    );
  }
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = usualPath;
  if (port > 0 && url.port === '') url.port = String(port);
  return url;
}
