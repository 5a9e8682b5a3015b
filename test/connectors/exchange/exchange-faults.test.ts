import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { MailroomError } from '../../../src/base/errors.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import type { OutgoingMail } from '../../../src/contracts/mail-sender.ts';
import type { FaultRule } from '../../../testbed/exchange/http/fault-plan.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';

const quiet = new AbortController().signal;
const address = 'ada@harbour.example';

describe('Exchange: what goes wrong', () => {
  let server: ExchangeSimulator;
  let number = 0;
  before(async () => {
    server = await startExchange({ mailboxes: [{ address, password: 'right' }] });
  });
  after(() => server.stop());
  beforeEach(() => server.faults.clear());

  const open = (more: { password?: string; savesSentCopy?: boolean; timeoutMs?: number } = {}): Promise<Connector> =>
    openExchange(
      {
        host: '127.0.0.1',
        port: server.port,
        security: 'none',
        signIn: { kind: 'password', username: address, password: more.password ?? 'right' },
        timeoutMs: more.timeoutMs ?? 5_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: server.ewsUrl,
        mailboxAddress: address,
        impersonates: false,
        passwordScheme: 'basic',
        savesSentCopy: more.savesSentCopy ?? true,
      },
      quiet,
    );

  function mail(): OutgoingMail {
    number += 1;
    const messageId = `cut.${number}@harbour.example`;
    const head = `From: ${address}\r\nTo: mei@northwind.example\r\nSubject: Cut ${number}\r\nMessage-ID: <${messageId}>\r\n`;
    return {
      envelope: { from: address, to: ['mei@northwind.example'] },
      messageId,
      raw: Buffer.from(`${head}Date: ${new Date(0).toUTCString()}\r\n\r\nHello.\r\n`),
    };
  }

  /** Sends one message under a fault; what came of it, and how often the message left. */
  async function sending(rule: FaultRule, more: { savesSentCopy?: boolean } = {}) {
    const connector = await open(more);
    server.faults.add(rule);
    const message = mail();
    const result = await connector.sender?.send(message, quiet).then(
      () => 'sent' as const,
      (error: MailroomError) => error,
    );
    server.faults.clear();
    connector.abort();
    const times = server.sent.filter(({ raw }) => raw.includes(message.messageId)).length;
    return { result, times, message };
  }

  test('OU-06: an answer cut after the message left is looked up in Sent Items: sent, once', async () => {
    for (const does of ['half', 'garbage'] as const) {
      const { result, times } = await sending({ operation: 'SendItem', does });
      assert.equal(result, 'sent', does);
      assert.equal(times, 1, does);
    }
  });

  test('OU-06: a line cut before the message left says so, and the next attempt uses the same draft', async () => {
    const { result, times, message } = await sending({ operation: 'SendItem', does: 'cut' });
    assert.ok(result !== 'sent' && result !== undefined);
    assert.equal(result.kind, 'transient');
    assert.notEqual(result.uncertain, true);
    assert.equal(times, 0);
    const again = await open();
    await again.sender?.send({ ...message, isRepeat: true }, quiet);
    again.abort();
    assert.equal(server.sent.filter(({ raw }) => raw.includes(message.messageId)).length, 1);
    assert.equal([...server.account(address).mailbox.folderNamed('drafts').byArrival].length, 0);
  });

  test('OU-06: without copies in Sent Items a draft that is gone was sent', async () => {
    const { result, times } = await sending({ operation: 'SendItem', does: 'half' }, { savesSentCopy: false });
    assert.equal(result, 'sent');
    assert.equal(times, 1);
  });

  test('OU-06: with copies, a message that is in no folder has an unknown fate', async () => {
    const connector = await open();
    assert.equal(await connector.sender?.lookUp?.('never.made@harbour.example', quiet), 'unknown');
    connector.abort();
  });

  test('OU-06: permission is asked once the draft is there; without a draft nothing is on its way', async () => {
    let asked = 0;
    const ask = async (): Promise<void> => {
      asked += 1;
      assert.equal([...server.account(address).mailbox.folderNamed('drafts').byArrival].length, 1);
    };
    const connector = await open();
    server.faults.add({ operation: 'CreateItem', does: 'cut' });
    const message = mail();
    await assert.rejects(async () => connector.sender?.send(message, quiet, ask), { kind: 'transient' });
    assert.equal(asked, 0);
    server.faults.clear();
    await connector.sender?.send({ ...message, isRepeat: true }, quiet, ask);
    assert.equal(asked, 1);
    connector.abort();
  });

  test('OU-06: a draft of an earlier attempt that comes late does not stay behind', async () => {
    const connector = await open();
    const message = { ...mail(), isRepeat: true };
    const drafts = () => [...server.account(address).mailbox.folderNamed('drafts').byArrival].length;
    await connector.sender?.send(message, quiet, async () => {
      server.seed(address, 'drafts', [{ mime: message.raw }]);
      assert.equal(drafts(), 2);
    });
    assert.equal(drafts(), 0);
    assert.equal(server.sent.filter(({ raw }) => raw.includes(message.messageId)).length, 1);
    connector.abort();
  });

  test('SC-13, EC-13: a busy server is throttling, for as long as it says', async () => {
    const rules: readonly (readonly [FaultRule, number | undefined])[] = [
      [{ does: 'fault', code: 'ErrorServerBusy', backOffMs: 90_000 }, 90_000],
      [{ does: 'error', code: 'ErrorServerBusy', backOffMs: 7_000 }, 7_000],
      [{ does: 'error', code: 'ErrorExceededConnectionCount' }, undefined],
      [{ does: 'status', status: 503, headers: { 'Retry-After': '120' } }, 120_000],
    ];
    for (const [rule, waitMs] of rules) {
      server.faults.add(rule);
      await assert.rejects(open(), (error: MailroomError) => {
        assert.equal(error.kind, 'throttled', JSON.stringify(rule));
        assert.equal(error.retryAfterMs, waitMs, JSON.stringify(rule));
        return true;
      });
      server.faults.clear();
    }
  });

  test('EC-11, EC-12, EC-14, EC-19, EC-20: each refusal has its kind', async () => {
    const expected: readonly (readonly [FaultRule, string])[] = [
      [{ does: 'status', status: 403 }, 'configuration'],
      [{ does: 'status', status: 404 }, 'configuration'],
      [{ does: 'status', status: 500 }, 'transient'],
      [{ does: 'error', code: 'ErrorMailboxStoreUnavailable' }, 'transient'],
      [{ does: 'error', code: 'ErrorNonExistentMailbox' }, 'configuration'],
      [{ does: 'fault', code: 'ErrorImpersonateUserDenied' }, 'configuration'],
      [{ does: 'cut' }, 'transient'],
      [{ does: 'garbage' }, 'transient'],
      [{ does: 'half' }, 'transient'],
    ];
    for (const [rule, kind] of expected) {
      server.faults.add(rule);
      await assert.rejects(open(), (error: MailroomError) => {
        assert.equal(error.kind, kind, `${JSON.stringify(rule)}: ${error.message}`);
        return true;
      });
      server.faults.clear();
    }
    await assert.rejects(open({ password: 'wrong' }), (error: MailroomError) => {
      assert.deepEqual([error.kind, error.code], ['credentials', 'mr_EwsUnauthorized']);
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /wrong/);
      return true;
    });
  });

  test('one item that fails does not end the others, and a forgotten SyncState begins anew', async () => {
    const connector = await open();
    for (const subject of ['one', 'two'])
      server.seed(address, 'inbox', [{ mime: Buffer.from(`Subject: ${subject}\r\n\r\nx\r\n`) }]);
    const handles = [];
    let cursor: string | null = null;
    for await (const page of connector.retriever?.list(null, quiet) ?? []) {
      handles.push(...page.handles);
      cursor = page.cursor;
    }
    assert.ok(handles.length >= 2 && cursor !== null);
    const [gone, ...rest] = handles;
    assert.ok(gone);
    const inbox = server.account(address).mailbox;
    const item = [...inbox.folderNamed('inbox').byArrival].find(({ id }) => id === gone.serverId);
    assert.ok(item);
    inbox.removeItem(item);
    const results = [];
    for await (const one of connector.retriever?.fetch(handles, quiet) ?? [])
      results.push('error' in one ? one.error.kind : 'ok');
    assert.deepEqual(results, ['notFound', ...rest.map(() => 'ok')]);
    server.faults.add({ operation: 'SyncFolderItems', does: 'error', code: 'ErrorInvalidSyncStateData' });
    const again = [];
    for await (const page of connector.retriever?.list(cursor, quiet) ?? []) again.push(...page.handles);
    assert.equal(again.length, handles.length - 1);
    connector.abort();
  });
});
