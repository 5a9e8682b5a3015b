import { MailroomError } from '../../base/errors.ts';
import { isMailAddress } from '../../base/mail-address-check.ts';
import { knownProvider } from './known-providers.ts';
import type { MailSettings, ServerSettings } from './mail-settings.ts';
import { parseAutoconfig } from './parse-autoconfig.ts';

/** What looking for settings asks of the network; each answers with nothing rather than failing. */
export interface DiscoveryNetwork {
  /** Targets of an SRV record, best first (RFC 2782). */
  readonly srv: (
    name: string,
    signal: AbortSignal,
  ) => Promise<readonly { readonly host: string; readonly port: number }[]>;
  /** Mail exchangers of a domain, best first. */
  readonly mx: (domain: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Text at an https address; undefined when there is none. Redirects lead to https only. */
  readonly text: (url: string, signal: AbortSignal) => Promise<string | undefined>;
}

/**
 * Finds how mail of an address is read and sent: what is known of its provider, its domain's autoconfig document, its SRV records
 * (RFC 6186, RFC 8314: TLS from the start first). Answers everything found, best first; never a server without encryption.
 */
export async function findMailSettings(
  address: string,
  network: DiscoveryNetwork,
  signal: AbortSignal,
): Promise<readonly MailSettings[]> {
  if (!isMailAddress(address))
    throw new MailroomError(`"${address.slice(0, 100)}" is not an email address. Enter one such as name@example.com.`, {
      code: '8005E221',
      kind: 'item',
    });
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const [exchangers, autoconfig, records] = await Promise.all([
    network.mx(domain, signal),
    fromAutoconfig(address, domain, network, signal),
    fromRecords(address, domain, network, signal),
  ]);
  const known = knownProvider(address, domain, exchangers);
  return [known, autoconfig, records].filter((found) => found !== undefined);
}

async function fromAutoconfig(
  address: string,
  domain: string,
  network: DiscoveryNetwork,
  signal: AbortSignal,
): Promise<MailSettings | undefined> {
  const places = [
    `https://autoconfig.${domain}/mail/config-v1.1.xml?emailaddress=${encodeURIComponent(address)}`,
    `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
  ];
  for (const url of places) {
    const text = await network.text(url, signal);
    const found =
      text === undefined ? undefined : parseAutoconfig(text, address, `autoconfig of ${new URL(url).hostname}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function fromRecords(
  address: string,
  domain: string,
  network: DiscoveryNetwork,
  signal: AbortSignal,
): Promise<MailSettings | undefined> {
  const first = async (service: string, security: ServerSettings['security']): Promise<ServerSettings | undefined> => {
    const [target] = await network.srv(`_${service}._tcp.${domain}`, signal);
    // RFC 2782: the root as target says that the service is not there.
    return target === undefined || target.host === '' || target.host === '.' ? undefined : { ...target, security };
  };
  const imap = (await first('imaps', 'tls')) ?? (await first('imap', 'starttls'));
  const pop3 = imap === undefined ? ((await first('pop3s', 'tls')) ?? (await first('pop3', 'starttls'))) : undefined;
  const outgoing = (await first('submissions', 'tls')) ?? (await first('submission', 'starttls'));
  const incoming = imap ?? pop3;
  if (incoming === undefined || outgoing === undefined) return undefined;
  return {
    source: `DNS of ${domain}`,
    incoming: { kind: imap === undefined ? 'pop3' : 'imap', ...incoming },
    outgoing,
    username: address,
    needsOAuth: false,
  };
}
