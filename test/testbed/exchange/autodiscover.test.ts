import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readXml } from '../../../testbed/exchange/xml/read-xml.ts';
import { all } from './support/ews-client.ts';
import { stage } from './support/start.ts';

const basic = `Basic ${Buffer.from('a@x.example:secret').toString('base64')}`;
const pox = (address: string): string =>
  `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
const space = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const soap = (address: string, ...settings: readonly string[]): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="${space}"><s:Header/><s:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>${address}</a:Mailbox></a:User></a:Users><a:RequestedSettings>${settings.map((one) => `<a:Setting>${one}</a:Setting>`).join('')}</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></s:Body></s:Envelope>`;

describe('exchange simulator: Autodiscover', () => {
  const scene = stage({
    autodiscoverRedirects: [
      { for: 'moved@x.example', address: 'a@x.example' },
      { for: '@far.example', url: 'https://autodiscover.far.example/autodiscover/autodiscover.xml' },
    ],
    autodiscoverGetRedirect: 'https://autodiscover.x.example/autodiscover/autodiscover.xml',
  });

  async function post(path: string, body: string, authorization = basic) {
    const headers = { Authorization: authorization, 'Content-Type': 'text/xml; charset=utf-8' };
    const response = await fetch(`${scene.exchange.url}${path}`, { method: 'POST', headers, body });
    const text = await response.text();
    return { status: response.status, text: (name: string) => all(readXml(text), name)[0]?.text };
  }

  test('plain XML: the URL, a redirect to an address or a URL, an unknown address', async () => {
    const path = '/autodiscover/autodiscover.xml';
    assert.equal((await post(path, pox('a@x.example'))).text('EwsUrl'), scene.exchange.ewsUrl);
    assert.equal((await post(path, pox('moved@x.example'))).text('RedirectAddr'), 'a@x.example');
    assert.match((await post(path, pox('x@far.example'))).text('RedirectUrl') ?? '', /^https:\/\/autodiscover\.far/);
    assert.equal((await post(path, pox('nobody@x.example'))).text('ErrorCode'), '500');
    const stranger = await fetch(`${scene.exchange.url}${path}`, { method: 'POST', body: pox('a@x.example') });
    assert.equal(stranger.status, 401);
    const got = await fetch(`${scene.exchange.url}${path}`, { redirect: 'manual' });
    assert.deepEqual(
      [got.status, got.headers.get('location')],
      [302, 'https://autodiscover.x.example/autodiscover/autodiscover.xml'],
    );
  });

  test('SOAP: settings of a user, what is not known, redirects', async () => {
    const path = '/autodiscover/autodiscover.svc';
    const found = await post(path, soap('a@x.example', 'ExternalEwsUrl', 'Nonsense'));
    assert.equal(found.text('Value'), scene.exchange.ewsUrl);
    assert.equal(found.text('SettingName'), 'Nonsense');
    const moved = await post(path, soap('moved@x.example', 'ExternalEwsUrl'));
    assert.equal(moved.text('RedirectTarget'), 'a@x.example');
    const unknown = await post(path, soap('nobody@x.example', 'ExternalEwsUrl'));
    assert.match(unknown.text('UserResponses') ?? 'InvalidUser', /^$|InvalidUser/);
  });

  test('JSON: without sign-in, by address in the query or the path', async () => {
    const ask = async (rest: string) => {
      const response = await fetch(`${scene.exchange.url}/autodiscover/autodiscover.json${rest}`);
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    };
    const wanted = { Protocol: 'EWS', Url: scene.exchange.ewsUrl };
    assert.deepEqual((await ask('?Email=a@x.example&Protocol=EWS')).body, wanted);
    assert.deepEqual((await ask('/v1.0/a@x.example?Protocol=ews')).body, wanted);
    assert.equal((await ask('?Email=nobody@x.example&Protocol=EWS')).status, 404);
    assert.equal((await ask('?Email=a@x.example&Protocol=Telepathy')).body.ErrorCode, 'InvalidProtocol');
  });

  test('fails on demand', async () => {
    scene.exchange.faults.add({ operation: 'Autodiscover', does: 'status', status: 503 });
    assert.equal(
      (await fetch(`${scene.exchange.url}/autodiscover/autodiscover.json?Email=a@x.example&Protocol=EWS`)).status,
      503,
    );
  });
});
