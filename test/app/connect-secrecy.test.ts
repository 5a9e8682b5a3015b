import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createConnect } from '../../src/app/connectors.ts';
import { asMailroomError } from '../../src/base/errors.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const password = 'correct horse battery';

/** A server that greets like POP3 and SMTP at once, says yes to everything and keeps what it is told. */
interface Listener {
  readonly port: number;
  isSmtp: boolean;
  connections: number;
  heard: string;
  close(): Promise<void>;
}

async function listen(): Promise<Listener> {
  const server: Server = createServer((socket) => {
    listener.connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const line = bytes.toString('latin1');
      listener.heard += line;
      if (/^EHLO/m.test(line)) socket.write('250-here\r\n250 AUTH PLAIN\r\n');
      else if (/^AUTH PLAIN\s/m.test(line)) socket.write(listener.isSmtp ? '235 in\r\n' : '+OK in\r\n');
      else if (/^CAPA/m.test(line)) socket.write('+OK\r\nUIDL\r\nTOP\r\nPIPELINING\r\nUSER\r\n.\r\n');
      else socket.write(listener.isSmtp ? '221 bye\r\n' : '+OK\r\n');
    });
    socket.write(listener.isSmtp ? '220 here\r\n' : '+OK here\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listener: Listener = {
    port: (server.address() as AddressInfo).port,
    isSmtp: false,
    connections: 0,
    heard: '',
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return listener;
}

describe('no password on an open line', () => {
  let test: TestDatabase;
  let listener: Listener;
  let mailbox: RecordOf<'mailbox'>;
  before(async () => {
    test = await openTestDatabase();
    const mailboxid = await test.database.records.create('mailbox', {
      name: 'Support',
      allowemailconnectortousecredentials: true,
      username: 'support',
      password,
    });
    mailbox = (await test.database.records.retrieve('mailbox', mailboxid)) ?? {};
  });
  after(() => test.close());
  beforeEach(async () => {
    listener = await listen();
  });

  const profile = (more: RecordOf<'emailserverprofile'>): RecordOf<'emailserverprofile'> => ({
    emailserverprofileid: 'b7a5b2b2-8d8c-4a4e-9a6e-5f6b7c8d9e0f',
    name: 'Provider',
    servertype: 1,
    incomingserverlocation: '127.0.0.1',
    incomingportnumber: listener.port,
    incomingusessl: false,
    incomingcredentialretrieval: 0,
    outgoingserverlocation: '127.0.0.1',
    outgoingportnumber: listener.port,
    outgoingusessl: false,
    outgoingcredentialretrieval: 0,
    ...more,
  });

  /** Tries to connect; the code of the refusal, or `open`. */
  async function attempt(
    direction: 'incoming' | 'outgoing',
    allowNonSsl: boolean,
    allowBasicOverPlain: boolean,
    more: RecordOf<'emailserverprofile'> = {},
  ): Promise<string> {
    listener.isSmtp = direction === 'outgoing';
    const connect = createConnect({
      records: test.database.records,
      secretBox: test.secretBox,
      clientName: 'mailroom.example',
    });
    const gates = { allowNonSsl, allowBasicOverPlain };
    try {
      const connector = await connect(mailbox, profile(more), direction, AbortSignal.timeout(10_000), { gates });
      connector.abort();
      return 'open';
    } catch (thrown) {
      const error = asMailroomError(thrown);
      assert.equal(error.kind, 'configuration');
      assert.doesNotMatch(error.message, new RegExp(password));
      return error.code;
    } finally {
      await listener.close();
    }
  }

  for (const direction of ['incoming', 'outgoing'] as const) {
    for (const protocol of [0, 3]) {
      it(`8005E23D, EP-14: ${direction}, authentication ${protocol}: the first gate alone sends nothing`, async () => {
        const column = `${direction}authenticationprotocol`;
        assert.equal(await attempt(direction, true, false, { [column]: protocol }), '8005E23D');
        assert.deepEqual([listener.connections, listener.heard], [0, '']);
      });
    }

    it(`8005E234, EP-07: ${direction}: a gate closed after the profile was saved counts`, async () => {
      assert.equal(await attempt(direction, false, true), '8005E234');
      assert.equal(listener.connections, 0);
    });

    it(`EP-14: ${direction}: with both gates the password goes, as the organisation wants it`, async () => {
      assert.equal(await attempt(direction, true, true), 'open');
      const encoded = Buffer.from(`\0support\0${password}`).toString('base64');
      assert.ok(listener.heard.includes(password) || listener.heard.includes(encoded));
    });
  }

  it('EP-07, EP-08: a relay without sign-in needs the first gate alone', async () => {
    assert.equal(await attempt('outgoing', true, false, { outgoingcredentialretrieval: 4 }), 'open');
    assert.doesNotMatch(listener.heard, /AUTH/);
  });

  it('EP-14: who gives no terms is allowed nothing', async () => {
    const connect = createConnect({
      records: test.database.records,
      secretBox: test.secretBox,
      clientName: undefined,
    });
    await assert.rejects(connect(mailbox, profile({}), 'incoming', AbortSignal.timeout(10_000)), { code: '8005E234' });
    await listener.close();
  });
});
