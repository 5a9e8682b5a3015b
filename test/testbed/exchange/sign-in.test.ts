import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { SignJWT } from 'jose';
import { md4 } from '../../../testbed/exchange/ntlm/md4.ts';
import { challengeMessage, readAnswer } from '../../../testbed/exchange/ntlm/ntlm-messages.ts';
import { rc4 } from '../../../testbed/exchange/ntlm/rc4.ts';
import { channelHash, ntlmFault } from '../../../testbed/exchange/ntlm/verify-ntlm.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';
import { envelope, readAnswer as readEws } from './support/ews-client.ts';
import { folder, getFolder } from './support/requests.ts';
import { stage } from './support/start.ts';

describe('exchange simulator: digests that NTLM needs', () => {
  test('MD4 gives what RFC 1320 A.5 lists', () => {
    const hex = (text: string): string => md4(Buffer.from(text)).toString('hex');
    assert.equal(hex(''), '31d6cfe0d16ae931b73c59d7e0c089c0');
    assert.equal(hex('abc'), 'a448017aaf21d8525fc10ae87aa6729d');
    assert.equal(hex('abcdefghijklmnopqrstuvwxyz'), 'd79e1c308aa5bbcdeea8ed63df412da9');
    assert.equal(hex('1234567890'.repeat(8)), 'e33b4ddc9c38f2199c3e7b164fcc0536');
  });

  test('RC4 gives what RFC 6229 2 lists', () => {
    const stream = rc4(Buffer.from('0102030405', 'hex'), Buffer.alloc(16));
    assert.equal(stream.toString('hex'), 'b2396305f03dc027ccc3524a0a1118a8');
  });
});

/** The third message of MS-NLMP 4.2.4, and its parts. */
function documented(proof = '68cd0ab851e51c96aabc927bebef6a1c') {
  const names = '02000c0044006f006d00610069006e0001000c00530065007200760065007200' + '00000000';
  const temp = `0101000000000000${'00'.repeat(8)}${'aa'.repeat(8)}00000000${names}00000000`;
  const ntResponse = Buffer.from(`${proof}${temp}`, 'hex');
  const [domain, user] = [Buffer.from('Domain', 'utf16le'), Buffer.from('User', 'utf16le')];
  const head = Buffer.alloc(88);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(3, 8);
  let offset = 88;
  for (const [at, part] of [
    [20, ntResponse],
    [28, domain],
    [36, user],
  ] as const) {
    head.writeUInt16LE(part.length, at);
    head.writeUInt16LE(part.length, at + 2);
    head.writeUInt32LE(offset, at + 4);
    offset += part.length;
  }
  head.writeUInt32LE(0x1, 60);
  return Buffer.concat([head, ntResponse, domain, user]);
}

describe('exchange simulator: NTLM', () => {
  const challenge = Buffer.from('0123456789abcdef', 'hex');
  const names = { domain: 'Domain', computer: 'Server', dnsDomain: 'x.example', dnsComputer: 'exchange.x.example' };

  function fault(authenticate: Buffer, password: string, channel?: Buffer): string | undefined {
    const answer = readAnswer(authenticate);
    assert.ok(answer);
    return ntlmFault({
      negotiate: Buffer.alloc(0),
      challengeMessage: challengeMessage(challenge, names, 0, 0),
      challenge,
      authenticate,
      answer,
      password,
      channel,
    });
  }

  test('takes the answer of MS-NLMP 4.2.4 and no other', () => {
    assert.equal(fault(documented(), 'Password'), undefined);
    assert.equal(fault(documented(), 'password'), 'wrong user name or password');
    assert.equal(fault(documented('00'.repeat(16)), 'Password'), 'wrong user name or password');
  });

  test('takes no answer of version 1, and none of another channel', () => {
    const old = documented();
    old.writeUInt16LE(24, 20);
    assert.equal(fault(old, 'Password'), 'no NTLMv2 response');
    const { raw } = new X509Certificate(selfSigned().certPem);
    assert.equal(fault(documented(), 'Password', channelHash(raw)), 'the answer is not bound to this channel');
  });
});

describe('exchange simulator: ways to sign in', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const scene = stage({
    auth: ['negotiate', 'ntlm', 'oauth'],
    oauthClients: [
      { clientId: 'app-1', clientSecret: 'shh', roles: ['full_access_as_app'] },
      { clientId: 'app-2', clientSecret: 'shh' },
      {
        clientId: 'app-3',
        publicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        roles: ['full_access_as_app'],
      },
    ],
  });

  function ask(authorization: string, impersonate?: string): Promise<Response> {
    return fetch(scene.exchange.ewsUrl, {
      method: 'POST',
      headers: { Authorization: authorization, 'Content-Type': 'text/xml' },
      body: envelope(getFolder(folder('inbox')), 'Exchange2016', impersonate),
    });
  }

  async function token(fields: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(scene.exchange.tokenUrl, { method: 'POST', body: new URLSearchParams(fields) });
    return (await response.json()) as Record<string, unknown>;
  }

  const scope = 'https://outlook.office365.com/.default';

  test('a server without Basic challenges with what it takes', async () => {
    const response = await ask(`Basic ${Buffer.from('a@x.example:secret').toString('base64')}`);
    assert.equal(response.status, 401);
    const challenges = response.headers.get('www-authenticate') ?? '';
    assert.match(challenges, /^Negotiate, NTLM, Bearer client_id=/);
    assert.equal((await fetch(scene.exchange.ewsUrl)).status, 401);
  });

  test('an application with the role acts for users, one without it is kept out', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'app-1', client_secret: 'shh', scope };
    const bearer = `Bearer ${String((await token(form)).access_token)}`;
    const acting = readEws(200, await (await ask(bearer, 'a@x.example')).text());
    assert.deepEqual(acting.codes, ['NoError']);
    const weak = await token({ ...form, client_id: 'app-2' });
    assert.equal((await ask(`Bearer ${String(weak.access_token)}`, 'a@x.example')).status, 401);
    assert.equal((await token({ ...form, client_secret: 'no' })).error, 'invalid_client');
    assert.equal((await token({ ...form, scope: 'EWS' })).error, 'invalid_scope');
  });

  test('an application may prove itself by a signed assertion', async () => {
    const sign = (key: typeof keys.privateKey): Promise<string> =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer('app-3')
        .setSubject('app-3')
        .setAudience(scene.exchange.tokenUrl)
        .setExpirationTime('5 minutes')
        .sign(key);
    const form = (assertion: string): Record<string, string> => ({
      grant_type: 'client_credentials',
      client_id: 'app-3',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    assert.equal((await token(form(await sign(keys.privateKey)))).token_type, 'Bearer');
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    assert.equal((await token(form(await sign(other)))).error, 'invalid_client');
  });

  test('a user has tokens of his own, which can be revoked and run out', async () => {
    const form = {
      grant_type: 'password',
      client_id: 'app-1',
      client_secret: 'shh',
      username: 'a@x.example',
      password: 'secret',
    };
    const first = await token(form);
    const own = String(first.access_token);
    assert.equal((await ask(`Bearer ${own}`)).status, 200);
    scene.exchange.tokens.revoke(own);
    assert.equal((await ask(`Bearer ${own}`)).status, 401);
    const refreshed = await token({
      grant_type: 'refresh_token',
      client_id: 'app-1',
      client_secret: 'shh',
      refresh_token: String(first.refresh_token),
    });
    assert.equal((await ask(`Bearer ${String(refreshed.access_token)}`)).status, 200);
    const old = await scene.exchange.tokens.issue({ clientId: 'app-1', user: 'a@x.example', lifetimeSeconds: -60 });
    assert.equal((await ask(`Bearer ${old}`)).status, 401);
    assert.equal((await token({ ...form, password: 'wrong' })).error, 'invalid_grant');
  });

  test('the directory can be discovered', async () => {
    const response = await fetch(`${scene.exchange.issuer}/.well-known/openid-configuration`);
    const found = (await response.json()) as Record<string, string>;
    assert.deepEqual([found.issuer, found.token_endpoint], [scene.exchange.issuer, scene.exchange.tokenUrl]);
    const keysFound = (await (await fetch(found.jwks_uri ?? '')).json()) as { keys: unknown[] };
    assert.equal(keysFound.keys.length, 1);
  });
});
