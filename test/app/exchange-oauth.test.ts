import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createConnect } from '../../src/app/connectors.ts';
import type { MailroomError } from '../../src/base/errors.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const quiet = new AbortController().signal;
const address = 'ada@harbour.example';
const gates = { allowNonSsl: true, allowBasicOverPlain: true };

describe('OAuth of an application for Exchange', () => {
  let opened: TestDatabase;
  let exchange: ExchangeSimulator;
  before(async () => {
    opened = await openTestDatabase();
    exchange = await startExchange({
      mailboxes: [{ address, password: 'own' }],
      auth: ['oauth'],
      oauthClients: [
        { clientId: 'mailroom', clientSecret: 'of the application', roles: ['full_access_as_app'] },
        { clientId: 'without-consent', clientSecret: 'of the application' },
      ],
    });
  });
  after(async () => {
    await exchange?.stop();
    await opened?.close();
  });
  beforeEach(() => exchange.forgetRequests());

  async function profileWith(values: RecordOf<'emailserverprofile'>): Promise<RecordOf<'emailserverprofile'>> {
    const { records } = opened.database;
    const id = await records.create('emailserverprofile', {
      name: 'Exchange',
      servertype: 0,
      incomingserverlocation: exchange.ewsUrl,
      incomingusessl: false,
      incomingcredentialretrieval: 7,
      exchangeonlinetenantid: '72f988bf-0000-4000-8000-000000000001',
      oauthclientid: 'mailroom',
      oauthclientsecret: 'of the application',
      mr_oauthtokenendpoint: exchange.tokenUrl,
      ...values,
    });
    return (await records.retrieve('emailserverprofile', id)) ?? {};
  }

  const connectWith = () =>
    createConnect({ records: opened.database.records, secretBox: opened.secretBox, clientName: undefined });

  async function refusal(profile: RecordOf<'emailserverprofile'>): Promise<MailroomError> {
    const connect = connectWith();
    return connect({ emailaddress: address }, profile, 'incoming', quiet, { gates, checks: true }).then(
      () => assert.fail('it was let in'),
      (error: MailroomError) => error,
    );
  }

  for (const [rule, retrieval, type] of [
    ['CN-02: Exchange Online style', 7, 3],
    ['CN-04: hybrid modern authentication', 6, 0],
  ] as const) {
    test(`${rule}: client credentials, acting for the mailbox with X-AnchorMailbox (CN-15)`, async () => {
      const profile = await profileWith({ incomingcredentialretrieval: retrieval, servertype: type });
      const connector = await connectWith()({ emailaddress: address }, profile, 'incoming', quiet, {
        gates,
        checks: true,
      });
      connector.abort();
      assert.ok(
        connector.steps.some(({ detail }) => detail === `Signed in as application mailroom, acting for ${address}`),
      );
      const [request] = exchange.requests;
      assert.equal(request?.mailbox, address);
      assert.equal(request?.headers['x-anchormailbox'], address);
      assert.match(String(request?.headers.authorization), /^Bearer ey/);
    });
  }

  test('CN-17: a token serves all mailboxes, and one that is revoked is replaced at once', async () => {
    const profile = await profileWith({});
    const connect = connectWith();
    const tokens: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const connector = await connect({ emailaddress: address }, profile, 'incoming', quiet, { gates, checks: true });
      connector.abort();
      const { authorization } = exchange.requests.at(-1)?.headers ?? {};
      tokens.push(String(authorization));
      if (turn === 1) exchange.tokens.revoke(String(authorization).replace('Bearer ', ''));
    }
    assert.equal(tokens[0], tokens[1]);
    assert.notEqual(tokens[1], tokens[2]);
  });

  test('SE-10, SC-11: a wrong secret and missing consent are told, with what to do', async () => {
    const wrong = await refusal(await profileWith({ oauthclientsecret: 'not it' }));
    assert.equal(wrong.code, 'mr_OAuthRefused');
    assert.equal(wrong.kind, 'credentials');
    assert.match(wrong.message, /client secret/);
    assert.doesNotMatch(wrong.message, /not it/);
    const unconsented = await refusal(await profileWith({ oauthclientid: 'without-consent' }));
    assert.ok(['credentials', 'configuration'].includes(unconsented.kind), unconsented.message);
    const incomplete = await refusal(await profileWith({ oauthclientid: null }));
    assert.equal(incomplete.code, '8005E209');
  });

  test('EP-14: a token does not cross an open line unless both gates are open', async () => {
    const profile = await profileWith({});
    await assert.rejects(
      connectWith()({ emailaddress: address }, profile, 'incoming', quiet, {
        gates: { ...gates, allowBasicOverPlain: false },
      }),
      { code: '8005E23D' },
    );
  });
});
