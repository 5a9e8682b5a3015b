import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openImapSentFolder } from '../../../src/connectors/imap/open-imap.ts';
import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import { withSentFolder } from '../../../src/connectors/with-sent-folder.ts';
import type { Endpoint } from '../../../src/contracts/connector.ts';
import { type DovecotServer, startDovecot } from '../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { startMisbehavingSmtp } from '../../../testbed/servers/smtp-misbehaving.ts';
import { loopback, mailTo } from '../smtp/smtp-fixtures.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const quiet = new AbortController().signal;

describe('sent folder over IMAP on Dovecot', { skip }, () => {
  let server: DovecotServer;
  const endpoint = (username: string): Endpoint => ({
    host: 'localhost',
    port: server.ports.imaps,
    security: 'tls',
    signIn: { kind: 'password', username, password: server.password },
    timeoutMs: 10_000,
    maxMessageBytes: 50 * 1024 * 1024,
    caPem: server.caPem,
  });
  before(async () => {
    server = await startDovecot();
  });
  after(() => server?.stop());

  test('OU-14: a copy is stored once, read, as it is; the folder is made when there is none', async () => {
    const sent = await openImapSentFolder(endpoint('sender@sent.example'), quiet);
    const raw = Buffer.from('Message-ID: <a.1@sent.example>\r\nSubject: kept\r\n\r\n.dot\r\nGrüße\r\n');
    assert.equal(await sent.folder.holds('a.1@sent.example'), false);
    await Promise.all([sent.folder.append('a.1@sent.example', raw), sent.folder.append('a.1@sent.example', raw)]);
    await sent.folder.append('b.2@sent.example', Buffer.from('Message-ID: <b.2@sent.example>\r\n\r\nx\r\n'));
    assert.equal(await sent.folder.holds('a.1@sent.example'), true);
    assert.equal(await sent.folder.holds('a.1'), false, 'not a part of an id');
    await sent.close();
    const kept = await server.listMessages('sender@sent.example', 'Sent');
    assert.equal(kept.length, 2);
    assert.ok(kept.every(({ flags }) => flags.includes('S')));
    // Dovecot stores LF and gives out CRLF.
    assert.ok(kept.some((one) => one.raw.toString().replace(/\n/g, '\r\n') === raw.toString()));
  });

  test('OU-14, OU-06: a connector with a sent folder keeps copies, and finds there what a server stored itself', async () => {
    const address = 'gmail-like@sent.example';
    const smtp = await startMisbehavingSmtp({ misdeeds: [{ at: 'DOT', nth: 2, does: 'reset', acts: true }] });
    let opened = 0;
    const connector = withSentFolder(await openSmtp(loopback(smtp.port), quiet), (signal) => {
      opened += 1;
      return openImapSentFolder(endpoint(address), signal);
    });
    const { sender } = connector;
    assert.ok(sender?.keepCopy && sender.lookUp);
    const mail = mailTo('b@example.com');
    await sender.send(mail, quiet);
    assert.equal(opened, 0, 'not before it is needed');
    await sender.keepCopy(mail, quiet);
    assert.equal(await sender.lookUp(mail.messageId, quiet), 'sent');
    assert.equal(await sender.lookUp('other@example.com', quiet), 'unknown');
    const found = await sender.send(mail, quiet);
    assert.deepEqual(
      found.recipients.map((one) => one.outcome),
      ['accepted'],
      'the answer was lost, the copy is there',
    );
    await connector.close();
    assert.equal(opened, 1);
    assert.equal((await server.listMessages(address, 'Sent')).length, 1);
    await smtp.stop();
  });

  test('OU-06: a lost answer stays uncertain when the folder does not hold the message or cannot be asked', async () => {
    for (const password of [server.password, 'wrong']) {
      const smtp = await startMisbehavingSmtp({ misdeeds: [{ at: 'DOT', does: 'reset', acts: true }] });
      const connector = withSentFolder(await openSmtp(loopback(smtp.port), quiet), (signal) =>
        openImapSentFolder(
          { ...endpoint('other@sent.example'), signIn: { kind: 'password', username: 'other@sent.example', password } },
          signal,
        ),
      );
      await assert.rejects(async () => connector.sender?.send(mailTo('b@example.com'), quiet), { uncertain: true });
      connector.abort();
      await smtp.stop();
    }
  });
});
