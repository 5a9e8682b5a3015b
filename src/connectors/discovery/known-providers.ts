import type { MailSettings, ServerSettings } from './mail-settings.ts';

interface Provider {
  readonly name: string;
  readonly domains: readonly string[];
  readonly incoming: string;
  readonly outgoing: string;
  /** Port of submission: 465 is TLS from the start, 587 STARTTLS. */
  readonly submission: 465 | 587;
  readonly needsOAuth?: boolean;
}

/** Large providers and the servers they publish; facts of their help pages. */
const providers: readonly Provider[] = [
  {
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com'],
    incoming: 'imap.gmail.com',
    outgoing: 'smtp.gmail.com',
    submission: 465,
    needsOAuth: true,
  },
  {
    name: 'Outlook.com',
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    incoming: 'outlook.office365.com',
    outgoing: 'smtp-mail.outlook.com',
    submission: 587,
    needsOAuth: true,
  },
  {
    name: 'Yahoo',
    domains: ['yahoo.com', 'ymail.com'],
    incoming: 'imap.mail.yahoo.com',
    outgoing: 'smtp.mail.yahoo.com',
    submission: 465,
  },
  {
    name: 'iCloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    incoming: 'imap.mail.me.com',
    outgoing: 'smtp.mail.me.com',
    submission: 587,
  },
  {
    name: 'GMX',
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch'],
    incoming: 'imap.gmx.net',
    outgoing: 'mail.gmx.net',
    submission: 465,
  },
  { name: 'WEB.DE', domains: ['web.de'], incoming: 'imap.web.de', outgoing: 'smtp.web.de', submission: 587 },
  {
    name: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    incoming: 'imap.fastmail.com',
    outgoing: 'smtp.fastmail.com',
    submission: 465,
  },
  { name: 'Zoho', domains: ['zoho.com'], incoming: 'imap.zoho.com', outgoing: 'smtp.zoho.com', submission: 465 },
  {
    name: 'mailbox.org',
    domains: ['mailbox.org'],
    incoming: 'imap.mailbox.org',
    outgoing: 'smtp.mailbox.org',
    submission: 465,
  },
  {
    name: 'Posteo',
    domains: ['posteo.de', 'posteo.net'],
    incoming: 'posteo.de',
    outgoing: 'posteo.de',
    submission: 465,
  },
];

/** Settings of a well-known provider, by the domain of the address or of its mail exchanger; undefined for others. */
export function knownProvider(
  address: string,
  domain: string,
  mailExchangers: readonly string[],
): MailSettings | undefined {
  const lower = domain.toLowerCase();
  const byDomain = providers.find((one) => one.domains.includes(lower));
  const found = byDomain ?? providers.find((one) => one.name === exchangerOf(mailExchangers));
  if (found === undefined) return undefined;
  const tls = (host: string, port: number): ServerSettings => ({
    host,
    port,
    security: port === 587 ? 'starttls' : 'tls',
  });
  return {
    source: byDomain ? `known servers of ${found.name}` : `the domain's mail exchanger belongs to ${found.name}`,
    incoming: { kind: 'imap', ...tls(found.incoming, 993) },
    outgoing: tls(found.outgoing, found.submission),
    username: address,
    needsOAuth: found.needsOAuth === true,
  };
}

/** Which provider hosts the mail of a domain of its own. */
function exchangerOf(hosts: readonly string[]): string | undefined {
  const lower = hosts.map((host) => host.toLowerCase());
  if (lower.some((host) => /(^|\.)(google|googlemail)\.com$/.test(host))) return 'Gmail';
  if (lower.some((host) => host.endsWith('.messagingengine.com'))) return 'Fastmail';
  if (lower.some((host) => host.endsWith('.zoho.com'))) return 'Zoho';
  return undefined;
}
