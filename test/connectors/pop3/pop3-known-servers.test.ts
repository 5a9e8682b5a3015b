import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KnownServers } from '../../../src/connectors/pop3/known-servers.ts';
import { pop3Opener } from '../../../src/connectors/pop3/open-pop3.ts';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import type { Pop3Faults } from '../../../testbed/servers/pop3-misbehaving.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';
import { heldClock } from '../../support/clock.ts';
import { drop, handlesOf, house } from './pop3-fixtures.ts';

const auth = `AUTH PLAIN ${Buffer.from('\0user\0pa55word').toString('base64')}`;
const asked = ['CAPA', auth, 'UIDL', 'LIST', 'QUIT'];

test('RFC 2449 6.6: a known server is not asked what it can; sign-in and listing go in one write where it takes commands together', async (t) => {
  const { look, received } = await known(t, {});
  assert.deepEqual(await look(), ['u1', 'u2']);
  assert.deepEqual(received(), asked);
  assert.deepEqual(await look(), ['u1', 'u2']);
  assert.deepEqual(received(), asked.slice(1));
});

test('a server without PIPELINING is asked one thing after the other', async (t) => {
  const { look, received } = await known(t, { capabilities: ['TOP', 'UIDL', 'USER'] });
  await look();
  received();
  assert.deepEqual(await look(), ['u1', 'u2']);
  assert.deepEqual(received(), ['USER user', 'PASS pa55word', 'UIDL', 'LIST', 'QUIT']);
});

test('another greeting is another server; the time stamp of APOP is none; after an hour it is asked again', async (t) => {
  const faults = { greeting: '+OK ready <1.2@x.example>\r\n' };
  const { look, received, clock } = await known(t, faults);
  await look();
  faults.greeting = '+OK ready <3.4@x.example>\r\n';
  received();
  await look();
  assert.deepEqual(received(), asked.slice(1));
  faults.greeting = '+OK new version\r\n';
  await look();
  assert.deepEqual(received(), asked);
  await clock.advance(3_600_000);
  await look();
  assert.deepEqual(received(), asked);
});

test('what fails on the remembered way is asked once more from the beginning, and the listing is not sent along from then on', async (t) => {
  for (const command of ['UIDL', 'LIST', 'AUTH']) {
    const answers: Record<string, string> = {};
    const { look, received } = await known(t, { answers });
    await look();
    received();
    // Once only, as of a server that does not bear what comes before it has answered.
    const get = (): string => {
      delete answers[command];
      return command === 'AUTH' ? '+ \r\n' : '-ERR not now\r\n';
    };
    Object.defineProperty(answers, command, { configurable: true, get });
    assert.deepEqual(await look(), ['u1', 'u2'], command);
    const lines = received();
    assert.deepEqual(lines.slice(lines.indexOf('CAPA')), asked, command);
    await look();
    assert.deepEqual(received(), asked.slice(1), command);
  }
});

test('a refused password is an error of the sign-in, tried twice at most; a mailbox in use is not tried again', async (t) => {
  const answers: Record<string, string> = {};
  const { look, received } = await known(t, { answers });
  await look();
  answers.AUTH = '-ERR [IN-USE] held\r\n';
  received();
  await assert.rejects(look(), { code: '8005E216', kind: 'transient' });
  assert.deepEqual(received().slice(0, 1), [auth]);
  answers.AUTH = '-ERR [AUTH] nope\r\n';
  await assert.rejects(look(), { code: '8005E216', kind: 'credentials' });
  assert.equal(received().filter((line) => line === auth).length, 2);
  await assert.rejects(look(), { code: '8005E216', kind: 'credentials' });
  assert.equal(received().filter((line) => line === auth).length, 1);
});

test('RFC 2595 4: nothing is sent along across STLS, and a known server is secured all the same', async (t) => {
  const { keyPem, certPem } = selfSigned();
  const faults = { tls: { keyPem, certPem } };
  const { look, received } = await known(t, faults, { security: 'starttls', caPem: certPem });
  await look();
  const tls = asked.map((line) => `TLS ${line}`);
  assert.deepEqual(received(), ['CAPA', 'STLS', ...tls]);
  await look();
  assert.deepEqual(received(), ['STLS', ...tls.slice(1)]);
});

/** A server that is looked at again and again with one memory. */
async function known(t: TestContext, faults: Pop3Faults, changes: Partial<Endpoint> = {}) {
  const served = Object.assign(faults, { messages: () => drop(2) });
  const clock = heldClock();
  const { server, open } = await house(t, served, changes, pop3Opener(clock, new KnownServers(clock)));
  const look = async (): Promise<readonly string[]> => {
    const { connector, retriever } = await open();
    const handles = await handlesOf(retriever);
    await connector.close();
    return handles.map(({ serverId }) => serverId);
  };
  return { look, clock, received: () => server.received.splice(0) };
}
