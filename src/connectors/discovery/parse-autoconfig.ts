import { SaxesParser } from 'saxes';
import type { MailSettings, ServerSettings } from './mail-settings.ts';

interface Server {
  readonly direction: 'incoming' | 'outgoing';
  readonly type: string;
  readonly fields: Map<string, string>;
  readonly authentications: string[];
}

/** Reads an autoconfig document (the client configuration that mail programs fetch); undefined when it names no pair of servers over TLS. Never throws: what cannot be read is no answer. */
export function parseAutoconfig(xml: string, address: string, source: string): MailSettings | undefined {
  const servers = readServers(xml);
  const usable = servers.flatMap((server) => {
    const settings = settingsOf(server);
    return settings === undefined ? [] : [{ server, settings }];
  });
  const incoming =
    usable.find(({ server }) => server.direction === 'incoming' && server.type === 'imap') ??
    usable.find(({ server }) => server.direction === 'incoming' && server.type === 'pop3');
  const outgoing = usable.find(({ server }) => server.direction === 'outgoing' && server.type === 'smtp');
  if (incoming === undefined || outgoing === undefined) return undefined;
  const { authentications, fields, type } = incoming.server;
  return {
    source,
    incoming: { kind: type === 'pop3' ? 'pop3' : 'imap', ...incoming.settings },
    outgoing: outgoing.settings,
    username: filled(fields.get('username') ?? '%EMAILADDRESS%', address),
    needsOAuth: authentications.length > 0 && authentications.every((one) => one.toLowerCase() === 'oauth2'),
  };
}

/** Largest document read, characters; real ones have a few thousand. */
const largest = 100_000;

function readServers(xml: string): readonly Server[] {
  if (xml.length > largest) return [];
  const servers: Server[] = [];
  let current: Server | undefined;
  let text = '';
  const parser = new SaxesParser();
  let isBroken = false;
  parser.on('error', () => {
    isBroken = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    text = '';
    if (name !== 'incomingServer' && name !== 'outgoingServer') return;
    current = {
      direction: name === 'incomingServer' ? 'incoming' : 'outgoing',
      type: String(attributes.type ?? '').toLowerCase(),
      fields: new Map(),
      authentications: [],
    };
    servers.push(current);
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'incomingServer' || name === 'outgoingServer') current = undefined;
    else if (name === 'authentication') current?.authentications.push(text.trim());
    else if (current !== undefined && !current.fields.has(name)) current.fields.set(name, text.trim());
    text = '';
  });
  parser.write(xml).close();
  return isBroken ? [] : servers;
}

function settingsOf({ fields }: Server): ServerSettings | undefined {
  const host = fields.get('hostname') ?? '';
  const port = Number(fields.get('port'));
  const type = (fields.get('socketType') ?? '').toUpperCase();
  if (!/^[a-z0-9.-]{1,253}$/i.test(host) || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  // A server without encryption is no answer (CN-13).
  return type === 'SSL' || type === 'STARTTLS'
    ? { host, port, security: type === 'SSL' ? 'tls' : 'starttls' }
    : undefined;
}

function filled(pattern: string, address: string): string {
  const at = address.lastIndexOf('@');
  return pattern
    .replaceAll('%EMAILADDRESS%', address)
    .replaceAll('%EMAILLOCALPART%', address.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', address.slice(at + 1));
}
