import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DiscoveryNetwork, findMailSettings } from '../../../src/connectors/discovery/find-mail-settings.ts';
import { parseAutoconfig } from '../../../src/connectors/discovery/parse-autoconfig.ts';

const quiet = new AbortController().signal;
const nothing: DiscoveryNetwork = { srv: async () => [], mx: async () => [], text: async () => undefined };

const document = (incoming: string, outgoing: string) =>
  `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="harbour.example">${incoming}${outgoing}</emailProvider></clientConfig>`;
const server = (direction: string, type: string, host: string, port: number, socket: string, more = '') =>
  `<${direction}Server type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType><username>%EMAILLOCALPART%</username>${more}</${direction}Server>`;

test('a known provider is found by its domain, or by the mail exchanger of a domain of its own', async () => {
  const [gmail] = await findMailSettings('ada@gmail.com', nothing, quiet);
  assert.deepEqual(gmail?.incoming, { kind: 'imap', host: 'imap.gmail.com', port: 993, security: 'tls' });
  assert.equal(gmail?.needsOAuth, true);
  const hosted = { ...nothing, mx: async () => ['aspmx.l.google.com'] };
  const [own] = await findMailSettings('ada@harbour.example', hosted, quiet);
  assert.equal(own?.outgoing.host, 'smtp.gmail.com');
  const forged = { ...nothing, mx: async () => ['google.com.evil.example'] };
  assert.deepEqual(await findMailSettings('ada@harbour.example', forged, quiet), []);
});

test('RFC 6186, RFC 8314: SRV records, TLS from the start first, and "not here" is heard', async () => {
  const records: Readonly<Record<string, readonly { host: string; port: number }[]>> = {
    '_imaps._tcp.harbour.example': [{ host: '.', port: 0 }],
    '_imap._tcp.harbour.example': [{ host: 'mail.harbour.example', port: 143 }],
    '_submissions._tcp.harbour.example': [{ host: 'out.harbour.example', port: 465 }],
  };
  const network = { ...nothing, srv: async (name: string) => records[name] ?? [] };
  const [found] = await findMailSettings('ada@harbour.example', network, quiet);
  assert.deepEqual(found?.incoming, { kind: 'imap', host: 'mail.harbour.example', port: 143, security: 'starttls' });
  assert.deepEqual(found?.outgoing, { host: 'out.harbour.example', port: 465, security: 'tls' });
});

test('CN-13: autoconfig is read, and a server without encryption is never suggested', () => {
  const good = document(
    server('incoming', 'pop3', 'pop.harbour.example', 995, 'SSL') +
      server('incoming', 'imap', 'imap.harbour.example', 993, 'SSL'),
    server('outgoing', 'smtp', 'smtp.harbour.example', 587, 'STARTTLS'),
  );
  const found = parseAutoconfig(good, 'ada@harbour.example', 'test');
  assert.equal(found?.incoming.kind, 'imap');
  assert.equal(found?.username, 'ada');
  const plain = document(
    server('incoming', 'imap', 'imap.harbour.example', 143, 'plain'),
    server('outgoing', 'smtp', 'smtp.harbour.example', 25, 'plain'),
  );
  assert.equal(parseAutoconfig(plain, 'ada@harbour.example', 'test'), undefined);
  const token = '<authentication>OAuth2</authentication>';
  const oauth = document(
    server('incoming', 'imap', 'i.example', 993, 'SSL', token),
    server('outgoing', 'smtp', 'o.example', 465, 'SSL', token),
  );
  assert.equal(parseAutoconfig(oauth, 'ada@harbour.example', 'test')?.needsOAuth, true);
});

test('what cannot be read is no answer, whatever it is', () => {
  for (const text of [
    '',
    '<a',
    '{}',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    document(server('incoming', 'imap', 'bad host', 1, 'SSL'), ''),
  ])
    assert.equal(parseAutoconfig(text, 'a@b.example', 'test'), undefined);
  fc.assert(fc.property(fc.string(), (text) => parseAutoconfig(text, 'a@b.example', 'test') === undefined));
});

test('something that is no address is refused', async () => {
  await assert.rejects(findMailSettings('nobody', nothing, quiet), { code: '8005E221' });
});
