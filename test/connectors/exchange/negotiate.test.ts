import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { ExchangeEndpoint } from '../../../src/connectors/exchange/exchange-endpoint.ts';
import { kerberosTickets } from '../../../src/connectors/exchange/negotiate/load-kerberos.ts';
import type { BeginTickets } from '../../../src/connectors/exchange/negotiate/negotiate-sign-in.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';

const quiet = new AbortController().signal;
const folder =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:GetFolderResponse xmlns:m="m" xmlns:t="t"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:FolderId Id="inbox"/><t:TotalCount>3</t:TotalCount></t:Folder></m:Folders></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>';

/** A server that speaks SPNEGO in two legs: it answers the first ticket with a challenge and wants the second. */
describe('CN-03: Negotiate (RFC 4559)', () => {
  let server: Server;
  let heard: string[] = [];
  let good = 'second';
  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        const said = request.headers.authorization ?? '';
        heard.push(said);
        const ticket = Buffer.from(said.replace(/^Negotiate /, ''), 'base64').toString();
        if (ticket === good) {
          response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' }).end(folder);
          return;
        }
        const more = ticket === 'first' ? ` ${Buffer.from('challenge').toString('base64')}` : '';
        response.writeHead(401, { 'WWW-Authenticate': [`Negotiate${more}`, 'NTLM'] }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    heard = [];
    good = 'second';
  });

  const endpoint = (tickets: BeginTickets): ExchangeEndpoint => {
    const { port } = server.address() as AddressInfo;
    return {
      host: 'localhost',
      port,
      security: 'none',
      signIn: { kind: 'none' },
      timeoutMs: 5_000,
      maxMessageBytes: 1_000_000,
      ewsUrl: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
      mailboxAddress: 'ada@harbour.example',
      impersonates: true,
      passwordScheme: 'negotiate',
      tickets,
      savesSentCopy: true,
    };
  };

  /** Tickets that say which leg they are; the challenge must be the server's. */
  function tickets(services: string[]): BeginTickets {
    return async (service) => {
      services.push(service);
      return {
        step: async (challenge) => {
          if (challenge === '') return Buffer.from('first').toString('base64');
          assert.equal(Buffer.from(challenge, 'base64').toString(), 'challenge');
          return Buffer.from('second').toString('base64');
        },
      };
    };
  }

  test('nothing is sent before the server asks; then a ticket, and what its challenge wants', async () => {
    const services: string[] = [];
    const connector = await openExchange(endpoint(tickets(services)), quiet);
    connector.abort();
    assert.deepEqual(services, ['HTTP@localhost']);
    assert.deepEqual(
      heard.map((said) => Buffer.from(said.replace(/^Negotiate /, ''), 'base64').toString()),
      ['', 'first', 'second'],
    );
  });

  test('a refused ticket is a refused sign-in, and is not sent over and over', async () => {
    good = 'never';
    await assert.rejects(openExchange(endpoint(tickets([])), quiet), {
      code: 'mr_EwsUnauthorized',
      kind: 'credentials',
    });
    assert.ok(heard.length <= 4);
  });

  test('without the optional package the error says what to install', async () => {
    const missing = kerberosTickets(async () => {
      throw new Error("Cannot find package 'kerberos'");
    });
    await assert.rejects(openExchange(endpoint(missing), quiet), (error: Error & { code?: string; kind?: string }) => {
      assert.equal(error.code, '8005E23B');
      assert.equal(error.kind, 'configuration');
      assert.match(error.message, /npm install kerberos/);
      return true;
    });
  });

  test('the package is used as it comes: as a module or as its default', async () => {
    const client = { initializeClient: async () => ({ step: async () => 'dGlja2V0' }) };
    for (const shape of [client, { default: client }]) {
      const exchange = await kerberosTickets(async () => shape)('HTTP@mail.example');
      assert.equal(await exchange.step(''), 'dGlja2V0');
    }
    const refusing = { initializeClient: async () => Promise.reject(new Error('no credentials cache')) };
    await assert.rejects(kerberosTickets(async () => refusing)('HTTP@mail.example'), {
      code: '8005E23B',
      kind: 'credentials',
    });
  });
});
