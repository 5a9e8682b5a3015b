import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MailroomError } from '../../../src/base/errors.ts';
import type { ExchangeEndpoint } from '../../../src/connectors/exchange/exchange-endpoint.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';

const quiet = new AbortController().signal;
const [user, service] = ['ada@harbour.example', 'service@harbour.example'];

for (const [transport, tls] of [
  ['HTTP', undefined],
  ['HTTPS', selfSigned()],
] as const) {
  describe(`CN-03: signing in to Exchange over ${transport}`, () => {
    let server: ExchangeSimulator;
    before(async () => {
      server = await startExchange({
        auth: ['ntlm', 'basic'],
        mailboxes: [
          { address: user, password: 'of the user' },
          { address: service, password: 'of the service', mayImpersonate: true },
        ],
        ...(tls && { tls, requiresChannelBinding: true }),
      });
    });
    after(() => server.stop());

    const open = (more: Partial<ExchangeEndpoint>) =>
      openExchange(
        {
          host: 'localhost',
          port: server.port,
          security: tls ? 'tls' : 'none',
          signIn: { kind: 'password', username: user, password: 'of the user' },
          timeoutMs: 10_000,
          maxMessageBytes: 1_000_000,
          ewsUrl: `${tls ? 'https' : 'http'}://localhost:${server.port}/EWS/Exchange.asmx`,
          mailboxAddress: user,
          impersonates: false,
          passwordScheme: 'basic',
          savesSentCopy: true,
          caPem: tls?.certPem,
          ...more,
        },
        quiet,
      );

    for (const passwordScheme of ['basic', 'ntlm', 'offered'] as const) {
      test(`${passwordScheme}: opens the mailbox, and reads and sends on the same line`, async () => {
        server.seed(user, 'inbox', [{ mime: Buffer.from(`Subject: by ${passwordScheme}\r\n\r\nx\r\n`) }]);
        const connector = await open({ passwordScheme });
        let count = 0;
        for await (const page of connector.retriever?.list(null, quiet) ?? [])
          for await (const mail of connector.retriever?.fetch(page.handles, quiet) ?? [])
            count += 'raw' in mail ? 1 : 0;
        assert.ok(count > 0);
        await connector.close();
      });

      test(`${passwordScheme}: a wrong password is the credentials kind`, async () => {
        const signIn = { kind: 'password', username: user, password: 'not it' } as const;
        await assert.rejects(open({ passwordScheme, signIn }), (error: MailroomError) => error.kind === 'credentials');
      });
    }

    test('NTLM takes DOMAIN\\user as well', async () => {
      const { domain, userName } = server.account(user);
      const signIn = { kind: 'password', username: `${domain}\\${userName}`, password: 'of the user' } as const;
      await (await open({ passwordScheme: 'ntlm', signIn })).close();
    });

    test('an account with the role acts for a mailbox, one without is told which role is missing', async () => {
      const signIn = { kind: 'password', username: service, password: 'of the service' } as const;
      await (await open({ impersonates: true, signIn })).close();
      await assert.rejects(open({ impersonates: true, mailboxAddress: service }), (error: MailroomError) => {
        assert.equal(error.kind, 'configuration');
        assert.match(error.message, /ApplicationImpersonation/);
        return true;
      });
      await assert.rejects(open({ impersonates: true, signIn, mailboxAddress: 'nobody@harbour.example' }), {
        code: '8005E217',
      });
    });
  });
}

test('CN-14: an unknown authority is 8005E23A, and nothing was sent', async () => {
  const server = await startExchange({ mailboxes: [{ address: user, password: 'x' }], tls: selfSigned() });
  try {
    const endpoint: ExchangeEndpoint = {
      host: 'localhost',
      port: server.port,
      security: 'tls',
      signIn: { kind: 'password', username: user, password: 'x' },
      timeoutMs: 10_000,
      maxMessageBytes: 1_000_000,
      ewsUrl: `https://localhost:${server.port}/EWS/Exchange.asmx`,
      mailboxAddress: user,
      impersonates: false,
      passwordScheme: 'basic',
      savesSentCopy: true,
    };
    await assert.rejects(openExchange(endpoint, quiet), { code: '8005E23A', kind: 'configuration' });
    assert.equal(server.requests.length, 0);
  } finally {
    await server.stop();
  }
});

test('CN-03, SA-05: without impersonation the account opens the mailbox as its delegate, and never its own instead', async () => {
  const shared = 'sales@harbour.example';
  const sent: { readonly to: readonly string[]; readonly raw: string }[] = [];
  const server = await startExchange({
    mailboxes: [
      { address: service, password: 'of the service' },
      { address: shared, password: 'of nobody' },
      { address: user, password: 'of the user' },
    ],
    onOutbound: ({ to, raw }) => sent.push({ to, raw: raw.toString() }),
  });
  const open = (mailboxAddress: string) =>
    openExchange(
      {
        host: 'localhost',
        port: server.port,
        security: 'none',
        signIn: { kind: 'password', username: service, password: 'of the service' },
        timeoutMs: 10_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: server.ewsUrl,
        mailboxAddress,
        impersonates: false,
        passwordScheme: 'basic',
        savesSentCopy: true,
      },
      quiet,
      { checks: false },
    );
  const subjects = async (address: string): Promise<readonly string[]> => {
    const { retriever } = await open(address);
    const found: string[] = [];
    for await (const { handles } of retriever?.list(null, quiet) ?? [])
      for await (const mail of retriever?.fetch(handles, quiet) ?? [])
        found.push('raw' in mail ? (/Subject: (.*)\r/.exec(mail.raw.toString())?.[1] ?? '') : mail.error.code);
    return found;
  };
  const order = {
    messageId: 'offer@harbour.example',
    envelope: { from: shared, to: ['mei@northwind.example'] },
    raw: Buffer.from(
      `From: ${shared}\r\nTo: mei@northwind.example\r\nSubject: Offer\r\nMessage-ID: <offer@harbour.example>\r\n\r\nx\r\n`,
    ),
  };
  try {
    server.seed(service, 'inbox', [{ mime: Buffer.from("Subject: the account's own\r\n\r\nx\r\n") }]);
    server.seed(shared, 'inbox', [{ mime: Buffer.from('Subject: of the shared mailbox\r\n\r\nx\r\n') }]);
    await assert.rejects(subjects(shared), { kind: 'notFound' });
    const { fullAccess, sendOnBehalf } = server.account(shared);
    fullAccess.add(service);
    assert.deepEqual(await subjects(shared), ['of the shared mailbox']);
    assert.deepEqual(await subjects(service), ["the account's own"]);
    assert.equal(server.requests.at(-1)?.headers['x-anchormailbox'], undefined);

    sendOnBehalf.add(service);
    const { sender, watch, folders } = await open(shared);
    await sender?.send(order, quiet);
    assert.match(sent[0]?.raw ?? '', new RegExp(`From: .*${shared}`));
    assert.match(sent[0]?.raw ?? '', new RegExp(`Sender: .*${service}`));
    assert.equal(server.account(shared).mailbox.folderNamed('sentitems').byArrival.size, 1);
    assert.equal(server.account(service).mailbox.folderNamed('sentitems').byArrival.size, 0);
    assert.equal((await folders?.folders(undefined, quiet))?.folders.filter(({ role }) => role === 'inbox').length, 1);
    await assert.rejects(
      async () => watch?.(() => {}, quiet),
      (error: MailroomError) => {
        assert.equal(error.code, 'ErrorSubscriptionDelegateAccessNotSupported');
        assert.match(error.message, /looked at by the clock/);
        return true;
      },
    );
    const stranger = { ...order, envelope: { ...order.envelope, from: user }, messageId: 'other@harbour.example' };
    const forged = Buffer.from(order.raw.toString().replaceAll(shared, user).replace('<offer@', '<other@'));
    await assert.rejects(async () => sender?.send({ ...stranger, raw: forged }, quiet), { code: 'ErrorSendAsDenied' });
  } finally {
    await server.stop();
  }
});
