import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import { mailSenderContract } from '../../../testbed/contracts/mail-sender-contract.ts';
import { startDovecot } from '../../../testbed/servers/dovecot.ts';
import { startLmtpSink } from '../../../testbed/servers/lmtp-sink.ts';
import { type Postfix, startPostfix } from '../../../testbed/servers/postfix.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { loopback, mailTo, never } from './smtp-fixtures.ts';

const skip = serverSkip('postfix', 'postfix');
const refuses = { forGood: 'gone@example.com', forNow: 'grey@example.com' };

mailSenderContract(
  'Postfix over STARTTLS, delivering by LMTP',
  async () => {
    const sink = await startLmtpSink();
    const postfix = await startPostfix({
      transport: { lmtpPort: sink.port },
      recipients: { [refuses.forGood]: '550 5.1.1 no such user', [refuses.forNow]: '450 4.2.0 greylisted' },
      tls: true,
    });
    const more = { security: 'starttls', caPem: postfix.caPem, maxConnections: 3 } as const;
    return {
      open: () => openSmtp(loopback(postfix.port, more), never),
      arrived: (count) => sink.received(count),
      refuses,
      stop: () => Promise.all([postfix.stop(), sink.stop()]).then(() => undefined),
    };
  },
  skip,
);

describe('Postfix', { skip }, () => {
  let postfix: Postfix;
  before(async () => {
    postfix = await startPostfix({ transport: 'discard', messageSizeLimit: 2000 });
  });
  after(() => postfix?.stop());

  test('CN-13: no STARTTLS offered, no connection', async () => {
    const opening = openSmtp(loopback(postfix.port, { security: 'starttls' }), never);
    await assert.rejects(opening, { code: 'mr_SmtpTlsUnavailable', kind: 'configuration' });
  });

  test('AT-10: a message above the limit of the server is not begun', async () => {
    const connector = await openSmtp(loopback(postfix.port), never);
    const small = mailTo('b@example.com');
    const big = { ...small, raw: Buffer.concat([small.raw, Buffer.from('x'.repeat(70).concat('\r\n').repeat(40))]) };
    await assert.rejects(async () => connector.sender?.send(big, never), { code: '8005E237', kind: 'item' });
    const report = await connector.sender?.send(small, never);
    assert.equal(report?.recipients[0]?.outcome, 'accepted');
    await connector.close();
  });

  test('OU-09: international addresses and delivery receipts are asked for the standard way', async () => {
    const connector = await openSmtp(loopback(postfix.port), never);
    const mail = mailTo('grüße@bücher.example', 'b@example.com');
    const dsn = { envelopeId: 'id+1=x', notify: ['SUCCESS', 'FAILURE'] } as const;
    const report = await connector.sender?.send({ ...mail, envelope: { ...mail.envelope, dsn } }, never);
    assert.deepEqual(
      report?.recipients.map((one) => [one.address, one.outcome]),
      [
        ['grüße@bücher.example', 'accepted'],
        ['b@example.com', 'accepted'],
      ],
    );
    await connector.close();
  });
});

const skipBoth = skip || serverSkip('dovecot', 'dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd');

test('OU-10: Postfix takes it, Dovecot has it in the inbox', { skip: skipBoth }, async () => {
  const dovecot = await startDovecot();
  const relay = await startPostfix({ transport: { lmtpPort: dovecot.ports.lmtp } });
  const connector = await openSmtp(loopback(relay.port), never);
  const report = await connector.sender?.send(mailTo('anna@example.com'), never);
  assert.equal(report?.recipients[0]?.outcome, 'accepted');
  await connector.close();
  const stored = await firstStored(() => dovecot.listMessages('anna@example.com'));
  assert.ok(
    stored?.raw.includes('Message-ID: <1@example.com>\r\n\r\nBody.\r\n') || stored?.raw.includes('\n\nBody.\n'),
  );
  await Promise.all([relay.stop(), dovecot.stop()]);
});

async function firstStored<T>(list: () => Promise<readonly T[]>): Promise<T | undefined> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [first] = await list();
    if (first !== undefined) return first;
    await setTimeout(25);
  }
  return undefined;
}
