import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import type { MailRetriever } from '../../../src/contracts/mail-retriever.ts';
import type { Pop3Faults } from '../../../testbed/servers/pop3-misbehaving.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';
import { drop, handlesOf, house } from './pop3-fixtures.ts';

test('refused sign-ins: for good, for now, and in words only; the password stays out of the error', async (t) => {
  const table: [string, string][] = [
    ['-ERR [AUTH] bad pa55word', 'credentials'],
    ['-ERR nope', 'credentials'],
    ['-ERR [SYS/TEMP] try later', 'transient'],
    ['-ERR [IN-USE] held', 'transient'],
    ['-ERR maildrop already locked', 'transient'],
    ['-ERR [LOGIN-DELAY] too often', 'throttled'],
    ['-ERR [SYS/PERM] account closed', 'configuration'],
  ];
  for (const [answer, kind] of table) {
    for (const command of ['AUTH', 'PASS']) {
      const capabilities = command === 'AUTH' ? ['UIDL', 'SASL PLAIN'] : ['UIDL', 'USER'];
      const { open } = await house(t, { capabilities, answers: { [command]: `${answer}\r\n` } });
      await assert.rejects(open(), (error: MailroomError) => {
        assert.deepEqual([error.code, error.kind], ['8005E216', kind]);
        assert.doesNotMatch(`${error.message} ${error.serverReply}`, /pa55word/);
        return true;
      });
    }
  }
});

test('XOAUTH2: a long token follows the challenge, a refusal shows the reason and no token', async (t) => {
  const signIn = { kind: 'oauth', username: 'user@x.example', accessToken: 'token'.repeat(80) } as const;
  const capabilities = ['UIDL', 'TOP', 'PIPELINING', 'SASL XOAUTH2'];
  const response = Buffer.from(`user=user@x.example\u0001auth=Bearer ${signIn.accessToken}\u0001\u0001`).toString(
    'base64',
  );
  const good = await house(t, { capabilities, answers: { AUTH: '+ \r\n', [response]: '+OK\r\n' } }, { signIn });
  await good.open();
  assert.deepEqual(good.server.received.slice(1), ['AUTH XOAUTH2', response]);
  const reason = Buffer.from('{"status":"401"}').toString('base64');
  const answers = { AUTH: '+ \r\n', [response]: `+ ${reason}\r\n`, '': '-ERR [AUTH] no\r\n' };
  const bad = await house(t, { capabilities, answers }, { signIn });
  await assert.rejects(bad.open(), { kind: 'credentials', message: /"status":"401"/ });
  const none = await house(t, { capabilities: ['UIDL', 'SASL PLAIN'] }, { signIn });
  await assert.rejects(none.open(), { kind: 'configuration', code: '8005E23B' });
});

test('a user name with a line end is never sent', async (t) => {
  const signIn = { kind: 'password', username: 'user\r\nDELE 1', password: 'x' } as const;
  const { open, server } = await house(t, {}, { signIn });
  await assert.rejects(open(), { kind: 'configuration' });
  assert.deepEqual(server.received, ['CAPA']);
});

test('CN-13: without STLS nothing secret is sent', async (t) => {
  const table: Pop3Faults[] = [{}, { capabilities: null, answers: { STLS: '-ERR unknown\r\n' } }];
  for (const faults of table) {
    const { open, server } = await house(t, faults, { security: 'starttls' });
    await assert.rejects(open(), { kind: 'configuration', message: /does not offer STLS/ });
    assert.ok(server.received.every((line) => line === 'CAPA' || line === 'STLS'));
  }
});

test('CN-13: answers slipped in behind STLS in plain text are never believed', async (t) => {
  const keys = selfSigned();
  const tls = { ...keys, injected: '+OK\r\nUIDL\r\n.\r\n+OK you are signed in\r\n' };
  const { open, server } = await house(
    t,
    { messages: () => drop(2), tls },
    { security: 'starttls', caPem: keys.certPem },
  );
  const opened = await open().then(
    ({ retriever }) => retriever,
    (error: unknown) => error,
  );
  if (opened instanceof MailroomError) {
    // Cut into a packet of its own it breaks the handshake, which is as good.
    assert.equal(opened.code, '8005E227');
  } else {
    assert.ok(server.received.includes('TLS CAPA'));
    assert.deepEqual((await handlesOf(opened as MailRetriever)).length, 2);
  }
  assert.ok(server.received.every((line) => line.startsWith('TLS ') || line === 'CAPA' || line === 'STLS'));
});

test('CN-14: a certificate for another host, an expired one and an unknown one are 8005E23A', async (t) => {
  const other = selfSigned({ hosts: ['other.example'] });
  const expired = selfSigned({ notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') });
  const unknown = selfSigned();
  for (const [keys, caPem] of [
    [other, other.certPem],
    [expired, expired.certPem],
    [unknown, undefined],
  ] as const) {
    const { open, server } = await house(t, { tls: keys }, { security: 'starttls', caPem });
    await assert.rejects(open(), { code: '8005E23A', kind: 'configuration' });
    assert.ok(!server.received.some((line) => /AUTH|PASS/.test(line)));
  }
});

test('EC-31: TLS spoken to a port that does not is a configuration error', async (t) => {
  const { open } = await house(t, {}, { security: 'tls' });
  await assert.rejects(open(), { code: '8005E227', kind: 'configuration', message: /995/ });
});
