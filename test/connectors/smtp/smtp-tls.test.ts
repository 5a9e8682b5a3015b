import assert from 'node:assert/strict';
import test from 'node:test';
import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';
import { startMisbehavingSmtp } from '../../../testbed/servers/smtp-misbehaving.ts';
import { loopback, mailTo, never } from './smtp-fixtures.ts';

const ours = selfSigned();
const untrusted = { code: '8005E23A', kind: 'configuration' };

for (const security of ['tls', 'starttls'] as const) {
  const implicitTls = security === 'tls';

  test(`CN-13: ${security} with a trusted certificate sends`, async () => {
    const server = await startMisbehavingSmtp({ tls: ours, implicitTls });
    const signIn = { kind: 'password', username: 'a', password: 's' } as const;
    for (const host of ['localhost', '127.0.0.1']) {
      const connector = await openSmtp(loopback(server.port, { host, security, caPem: ours.certPem, signIn }), never);
      const report = await connector.sender?.send(mailTo('b@example.com'), never);
      assert.equal(report?.recipients[0]?.outcome, 'accepted');
      await connector.close();
    }
    assert.equal(server.messages.length, 2);
    await server.stop();
  });

  test(`CN-14: ${security} with an unknown, foreign or expired certificate is refused before the sign-in`, async () => {
    const foreign = selfSigned({ hosts: ['mail.other.example'] });
    const expired = selfSigned({ notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') });
    const cases = [
      [ours, undefined],
      [foreign, foreign.certPem],
      [expired, expired.certPem],
    ] as const;
    for (const [tls, caPem] of cases) {
      const server = await startMisbehavingSmtp({ tls, implicitTls });
      const signIn = { kind: 'password', username: 'a', password: 's' } as const;
      await assert.rejects(openSmtp(loopback(server.port, { security, caPem, signIn }), never), untrusted);
      assert.ok(!server.commands.some((line) => line.startsWith('AUTH')));
      await server.stop();
    }
  });
}

test('CN-13: no STARTTLS on the server, no sign-in in plain text', async () => {
  const server = await startMisbehavingSmtp();
  const signIn = { kind: 'password', username: 'a', password: 's' } as const;
  const opening = openSmtp(loopback(server.port, { security: 'starttls', signIn }), never);
  await assert.rejects(opening, { code: 'mr_SmtpTlsUnavailable', kind: 'configuration' });
  assert.ok(!server.commands.some((line) => line.startsWith('AUTH')));
  await server.stop();
});

test('CN-13: what a stranger puts behind the answer to STARTTLS ends the conversation', async () => {
  const does = { reply: '220 2.0.0 go ahead\r\n250 forged' };
  const server = await startMisbehavingSmtp({ tls: ours, misdeeds: [{ at: 'STARTTLS', does }] });
  const signIn = { kind: 'password', username: 'a', password: 'a-long-secret' } as const;
  const opening = openSmtp(loopback(server.port, { security: 'starttls', caPem: ours.certPem, signIn }), never);
  await assert.rejects(opening, /spoke in plain text where TLS had to begin/);
  assert.ok(!server.commands.some((line) => line.startsWith('AUTH')));
  await server.stop();
});

test('EC-31: TLS from the start on a port that speaks plain text', async () => {
  const server = await startMisbehavingSmtp();
  const opening = openSmtp(loopback(server.port, { security: 'tls' }), never);
  await assert.rejects(opening, { code: 'mr_SmtpTls', kind: 'configuration' });
  await server.stop();
});

test('EC-08: nobody listens', async () => {
  const server = await startMisbehavingSmtp();
  await server.stop();
  await assert.rejects(openSmtp(loopback(server.port), never), { code: '8005E227', kind: 'transient' });
});

test('EC-07: the server name does not exist', async () => {
  const opening = openSmtp(loopback(25, { host: 'no-such-host.invalid' }), never);
  await assert.rejects(opening, (error: { code?: string }) => ['8005E218', '8005E227'].includes(error.code ?? ''));
});
