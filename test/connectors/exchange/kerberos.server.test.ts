import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { kerberosTickets } from '../../../src/connectors/exchange/negotiate/load-kerberos.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import type { AcceptTicket } from '../../../testbed/exchange/http/sign-in.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { type KerberosRealm, startKerberosRealm } from '../../../testbed/servers/kerberos-realm.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';

const quiet = new AbortController().signal;
const [service, stranger] = ['service@harbour.example', 'stranger@harbour.example'];
const ada = 'ada@harbour.example';

/** The part of the package `kerberos` that a server uses. */
interface KerberosServers {
  initializeServer(service: string): Promise<{ step(ticket: string): Promise<string>; readonly username: string }>;
}

/** The optional package, where it is installed: beside Mailroom, or in the folder that MAILROOM_KERBEROS names. */
function load(): KerberosServers | undefined {
  try {
    return createRequire(import.meta.url)(process.env.MAILROOM_KERBEROS ?? 'kerberos') as KerberosServers;
  } catch {
    return undefined;
  }
}

const kerberos = load();
const skip =
  serverSkip('kdc', 'krb5-kdc krb5-admin-server krb5-user') ||
  (kerberos ? false : 'the package kerberos is not installed');

describe('CN-03: Negotiate with tickets of a KDC', { skip }, () => {
  let realm: KerberosRealm;
  let server: ExchangeSimulator;
  const former = { ...process.env };
  before(async () => {
    realm = await startKerberosRealm('HARBOUR.EXAMPLE', ['service', 'stranger'], ['HTTP/localhost']);
    // The library of Kerberos reads the environment of the process.
    Object.assign(process.env, realm.environment);
    server = await startExchange({
      auth: ['negotiate'],
      acceptTicket,
      mailboxes: [
        { address: service, password: 'never sent', mayImpersonate: true },
        { address: stranger, password: 'never sent' },
        { address: ada, password: 'never sent' },
      ],
    });
    server.deliver(ada, Buffer.from('From: mei@northwind.example\r\nSubject: One\r\n\r\nHello.\r\n'));
  });
  after(async () => {
    await server?.stop();
    await realm?.stop();
    for (const name of Object.keys(realm?.environment ?? {}))
      if (former[name] === undefined) delete process.env[name];
      else process.env[name] = former[name];
  });

  const open = () =>
    openExchange(
      {
        host: 'localhost',
        port: server.port,
        security: 'none',
        signIn: { kind: 'none' },
        timeoutMs: 10_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: server.ewsUrl.replace('127.0.0.1', 'localhost'),
        mailboxAddress: ada,
        impersonates: true,
        passwordScheme: 'negotiate',
        tickets: kerberosTickets(async () => kerberos),
        savesSentCopy: true,
      },
      quiet,
    );

  test('the ticket of the account signs in, and mail is read', async () => {
    realm.signIn('service');
    const connector = await open();
    const subjects: number[] = [];
    for await (const { handles } of connector.retriever?.list(null, quiet) ?? []) subjects.push(handles.length);
    await connector.close();
    assert.deepEqual(subjects, [1]);
  });

  test('who is somebody else may not act for the mailbox', async () => {
    realm.signIn('stranger');
    await assert.rejects(open(), { code: 'ErrorImpersonateUserDenied' });
  });

  test('without a ticket the error says what to do', async () => {
    realm.signOut();
    await assert.rejects(open(), { code: '8005E23B', kind: 'credentials', message: /kinit/ });
  });
});

const acceptTicket: AcceptTicket = async (ticket) => {
  try {
    const context = await kerberos?.initializeServer('HTTP@localhost');
    const answer = await context?.step(ticket);
    return context === undefined ? undefined : { principal: context.username, answer: answer ?? '' };
  } catch {
    return undefined;
  }
};
