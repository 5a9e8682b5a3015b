import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AutodiscoverOptions, discoverEwsUrl } from '../../../src/connectors/exchange/autodiscover.ts';
import { basicSignIn } from '../../../src/connectors/exchange/soap/http-sign-in.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';

const quiet = new AbortController().signal;
const address = 'ada@harbour.example';

describe('CN-16: Autodiscover', () => {
  const tls = selfSigned();
  let server: ExchangeSimulator;
  let place = '';
  before(async () => {
    server = await startExchange({
      tls,
      mailboxes: [{ address, password: 'right' }],
      autodiscoverRedirects: [
        { for: 'moved@harbour.example', address },
        { for: '@old.example', url: 'http://plain.example/autodiscover/autodiscover.xml' },
      ],
    });
    place = `https://localhost:${server.port}/autodiscover/autodiscover.xml`;
  });
  after(() => server.stop());

  const options = (password = 'right', places: readonly string[] = [place]): AutodiscoverOptions => ({
    signIn: () => basicSignIn(address, password),
    caPem: tls.certPem,
    timeoutMs: 5_000,
    placesOf: () => places,
  });

  test('finds the address of the web services, past places that are not there', async () => {
    const url = await discoverEwsUrl(
      address,
      options('right', ['https://localhost:1/autodiscover/autodiscover.xml', place]),
      quiet,
    );
    assert.match(url, /^https:\/\/.*\/EWS\/Exchange\.asmx$/i);
  });

  for (const form of ['svc', 'json']) {
    test(`the same by ${form}: found, sent to another address, never to plain http, and in words when unknown`, async () => {
      const only = options('right', [place.replace(/xml$/, form)]);
      for (const known of [address, 'moved@harbour.example'])
        assert.match(await discoverEwsUrl(known, only, quiet), /^https:.*Exchange\.asmx$/i);
      await assert.rejects(discoverEwsUrl('someone@old.example', only, quiet), /not https/);
      await assert.rejects(discoverEwsUrl('nobody@harbour.example', only, quiet), /nvalid user|not found/);
      assert.equal(
        server.requests.at(-1)?.headers.authorization !== undefined,
        form === 'svc',
        'JSON needs no password',
      );
    });
  }

  test('follows an address it is sent to', async () => {
    assert.match(await discoverEwsUrl('moved@harbour.example', options(), quiet), /Exchange\.asmx$/i);
  });

  test('never goes on to a server without https', async () => {
    await assert.rejects(
      discoverEwsUrl('someone@old.example', options(), quiet),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, '8004503A');
        assert.match(error.message, /not https/);
        return true;
      },
    );
  });

  test('a refused sign-in ends the search, an unknown mailbox says what was tried', async () => {
    await assert.rejects(discoverEwsUrl(address, options('wrong'), quiet), { kind: 'credentials' });
    await assert.rejects(
      discoverEwsUrl('nobody@harbour.example', options(), quiet),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, '8004503A');
        assert.match(error.message, /Tried https:\/\/localhost/);
        return true;
      },
    );
  });
});
