import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { createDescribeUser } from '../../src/app/describe-user.ts';
import { createWebhooks } from '../../src/app/webhooks.ts';
import { silentLog } from '../../src/base/log.ts';
import { createAccessDirectory } from '../../src/store/access-directory.ts';
import type { WebhookDispatcher } from '../../src/webapi/webhooks/webhook-dispatcher.ts';
import { type HeldClock, heldClock } from '../support/clock.ts';
import { testSecretBox } from '../support/database.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

const secret = `whsec_${randomBytes(24).toString('base64')}`;
let api: RuledApi;
let receiver: Server;
let clock: HeldClock;
let dispatcher: WebhookDispatcher;
let received: Received[] = [];
let answerWith = 204;
let url = '';

before(async () => {
  api = await openRuledApi();
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      received.push({ headers: request.headers, text, json: JSON.parse(text) });
      response.writeHead(answerWith).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  clock = heldClock(new Date());
  const describeUser = createDescribeUser(createAccessDirectory(api.database));
  dispatcher = createWebhooks({
    opened: { database: api.database, secretBox: testSecretBox },
    organization: api.organization,
    clock,
    log: silentLog,
    baseUrl: 'http://mailroom.test',
    callerOf: async (systemuserid) => {
      const known = await describeUser(systemuserid);
      return known && { systemuserid, ...known };
    },
  });
});
beforeEach(() => {
  received = [];
  answerWith = 204;
});
after(async () => {
  await dispatcher.stop();
  receiver.close();
  await api.close();
});

async function subscribe(values: Record<string, unknown>): Promise<{ webhook: string; end(): Promise<void> }> {
  const webhook = idOf(await api.send('POST', 'mr_webhooks', { mr_name: 'Test', mr_url: url, mr_secret: secret }));
  const made = await api.send('POST', 'mr_subscriptions', {
    'mr_WebhookId@odata.bind': `/mr_webhooks(${webhook})`,
    ...values,
  });
  assert.equal(made.status, 204, made.text);
  return {
    webhook,
    end: async () => assert.equal((await api.send('DELETE', `mr_webhooks(${webhook})`)).status, 204),
  };
}

test('create, update and delete of a subscribed table arrive, signed, with the record as the Web API shows it', async () => {
  const subscription = await subscribe({ mr_table: 'contact', mr_select: 'fullname,jobtitle' });
  const id = idOf(await api.send('POST', 'contacts', { firstname: 'Carla', lastname: 'Costa' }));
  await api.send('PATCH', `contacts(${id})`, { jobtitle: 'Buyer' });
  assert.equal(await dispatcher.deliverDue(), 2);
  await api.send('DELETE', `contacts(${id})`);
  assert.equal(await dispatcher.deliverDue(), 1);
  const types = received.map((one) => one.json.type);
  assert.deepEqual([...types.slice(0, 2).sort(), types[2]], ['contact.create', 'contact.update', 'contact.delete']);
  const update = received.find((one) => one.json.type === 'contact.update');
  assert.deepEqual(update?.json.data.changed, ['jobtitle']);
  assert.equal(update?.json.data.record.fullname, 'Carla Costa');
  assert.equal(update?.json.data.record.jobtitle, 'Buyer');
  assert.equal(update?.json.data.id, id);
  const first = received[0] as Received;
  const signed = `${first.headers['webhook-id']}.${first.headers['webhook-timestamp']}.${first.text}`;
  const key = Buffer.from(secret.slice(6), 'base64');
  assert.equal(first.headers['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  await subscription.end();
  await api.send('POST', 'contacts', { lastname: 'Unheard' });
  assert.equal(await dispatcher.deliverDue(), 0, 'without a subscription nothing is written');
});

test('MG-06: while the organisation is held nothing is delivered, afterwards what waited is', async () => {
  const subscription = await subscribe({ mr_table: 'contact' });
  const held = (value: boolean) =>
    api.send('PATCH', `organizations(${api.organization.organizationid})`, { mr_held: value });
  assert.equal((await held(true)).status, 204);
  await api.send('POST', 'contacts', { lastname: 'Waits' });
  assert.equal(await dispatcher.deliverDue(), 0);
  assert.deepEqual(received, []);
  assert.equal((await held(false)).status, 204);
  assert.equal(await dispatcher.deliverDue(), 1);
  await subscription.end();
});

test('an event belongs to the transaction: what is rolled back is not told', async () => {
  const subscription = await subscribe({ mr_table: 'task' });
  await assert.rejects(
    api.database.transaction(async (scope) => {
      await scope.records.create('task', { subject: 'Never' });
      throw new Error('rolled back');
    }),
  );
  assert.equal(await dispatcher.deliverDue(), 0);
  await subscription.end();
});

test('events, columns and filter choose what is told', async () => {
  const subscription = await subscribe({
    mr_table: 'contact',
    mr_oncreate: false,
    mr_ondelete: false,
    mr_columns: 'JobTitle',
    mr_filter: "startswith(lastname,'W')",
  });
  const wanted = idOf(await api.send('POST', 'contacts', { lastname: 'Wagner' }));
  const other = idOf(await api.send('POST', 'contacts', { lastname: 'Abt' }));
  await api.send('PATCH', `contacts(${wanted})`, { firstname: 'W' });
  for (const id of [wanted, other]) await api.send('PATCH', `contacts(${id})`, { jobtitle: 'Buyer' });
  assert.equal(await dispatcher.deliverDue(), 2, 'columns are judged when written, the filter when sent');
  assert.deepEqual(
    received.map((one) => one.json.data.id),
    [wanted],
  );
  const left = await api.send('GET', `mr_deliveries?$filter=mr_status eq 100000003&$select=mr_lasterror`);
  assert.match(left.json.value[0].mr_lasterror, /does not fulfil the filter/);
  await subscription.end();
});

test('what its owner may not read is not told', async () => {
  const subscription = await subscribe({ mr_table: 'email', mr_oncreate: true });
  await api.send('PATCH', `mr_webhooks(${subscription.webhook})`, {
    'ownerid@odata.bind': `/systemusers(${api.userId})`,
  });
  await api.send('POST', 'emails', { subject: 'Of the administrator' });
  assert.equal(await dispatcher.deliverDue(), 1);
  assert.equal(received.length, 0);
  await subscription.end();
});

test('a receiver that fails is tried again with the same id, one that is gone is switched off, and sending again works', async () => {
  const subscription = await subscribe({ mr_table: 'contact', mr_onupdate: false, mr_ondelete: false });
  answerWith = 500;
  await api.send('POST', 'contacts', { lastname: 'Retry' });
  assert.equal(await dispatcher.deliverDue(), 1);
  assert.equal(await dispatcher.deliverDue(), 0, 'not before its time');
  await clock.advance(5000);
  answerWith = 410;
  assert.equal(await dispatcher.deliverDue(), 1);
  assert.equal(received[0]?.headers['webhook-id'], received[1]?.headers['webhook-id']);
  const webhook = await api.send('GET', `mr_webhooks(${subscription.webhook})?$select=statecode,mr_disabledreason`);
  assert.equal(webhook.json.statecode, 1);
  assert.match(webhook.json.mr_disabledreason, /410/);
  answerWith = 204;
  await api.send('PATCH', `mr_webhooks(${subscription.webhook})`, { statecode: 0, statuscode: 1 });
  const dead = await api.send('GET', 'mr_deliveries?$filter=mr_status eq 100000002&$select=mr_deliveryid');
  const id = dead.json.value[0].mr_deliveryid;
  assert.equal((await api.send('POST', `mr_deliveries(${id})/Microsoft.Dynamics.CRM.mr_DeliverAgain`)).status, 204);
  assert.equal(await dispatcher.deliverDue(), 1);
  assert.equal(received.length, 3);
  assert.equal((await api.send('POST', `mr_deliveries(${id})/Microsoft.Dynamics.CRM.mr_DeliverAgain`)).status, 400);
  await subscription.end();
});

test('a claim that a dead process held is taken up again', async () => {
  const subscription = await subscribe({ mr_table: 'contact', mr_onupdate: false, mr_ondelete: false });
  await api.send('POST', 'contacts', { lastname: 'Claimed' });
  await api.database.sql('update mr_delivery set mr_attempts = 1, mr_nextattempton = $1 where mr_status = 100000000', [
    new Date(clock.now().getTime() + 120_000),
  ]);
  assert.equal(await dispatcher.deliverDue(), 0);
  await clock.advance(120_000);
  assert.equal(await dispatcher.deliverDue(), 1);
  assert.equal(received.length, 1);
  await subscription.end();
});

test('a filter that cannot be read is given up with its error, a test event goes out', async () => {
  const subscription = await subscribe({
    mr_table: 'contact',
    mr_onupdate: false,
    mr_ondelete: false,
    mr_filter: 'nosuch eq 1',
  });
  await api.send('POST', 'contacts', { lastname: 'Broken' });
  await dispatcher.deliverDue();
  const dead = await api.send(
    'GET',
    `mr_deliveries?$filter=_mr_webhookid_value eq ${subscription.webhook}&$select=mr_status,mr_lasterror`,
  );
  assert.equal(dead.json.value[0].mr_status, 100000002);
  assert.match(dead.json.value[0].mr_lasterror, /nosuch/);
  const asked = await api.send('POST', `mr_webhooks(${subscription.webhook})/Microsoft.Dynamics.CRM.mr_SendTestEvent`);
  assert.match(asked.json.DeliveryId, /^[0-9a-f-]{36}$/);
  await dispatcher.deliverDue();
  assert.equal(received.at(-1)?.json.type, 'test');
  await subscription.end();
});

test('bad addresses, secrets, tables and columns are refused; users do not see webhooks', async () => {
  const webhook = (values: Record<string, unknown>) =>
    api.send('POST', 'mr_webhooks', { mr_name: 'X', mr_url: url, mr_secret: secret, ...values });
  for (const bad of ['ftp://x.example', 'http://x.example/', 'nothing', 'https://a:b@x.example/'])
    assert.equal((await webhook({ mr_url: bad })).status, 400, bad);
  assert.match((await webhook({ mr_secret: 'short' })).json.error.message, /whsec_/);
  const id = idOf(await webhook({}));
  assert.equal((await api.send('GET', `mr_webhooks(${id})`)).json.mr_secret, undefined);
  const on = (values: Record<string, unknown>) =>
    api.send('POST', 'mr_subscriptions', { 'mr_WebhookId@odata.bind': `/mr_webhooks(${id})`, ...values });
  for (const table of ['nosuch', 'mr_delivery', 'activitypointer', '"; drop table email'])
    assert.match((await on({ mr_table: table })).json.error.message, /no table that tells events/);
  assert.match((await on({ mr_table: 'email', mr_columns: 'subject,nosuch' })).json.error.message, /"nosuch"/);
  const user = { authorization: 'Bearer user' };
  assert.equal((await api.send('GET', 'mr_webhooks', undefined, user)).status, 403);
});
