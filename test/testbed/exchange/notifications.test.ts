import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { XmlNode } from '../../../testbed/exchange/xml/xml-node.ts';
import { all, type EwsClient } from './support/ews-client.ts';
import { mailText } from './support/mail-text.ts';
import { openStream } from './support/open-stream.ts';
import { folder } from './support/requests.ts';
import { stage } from './support/start.ts';

const events = ['NewMailEvent', 'CreatedEvent', 'DeletedEvent', 'ModifiedEvent', 'MovedEvent', 'CopiedEvent'];
const eventTypes = `<t:EventTypes>${events.map((one) => `<t:EventType>${one}</t:EventType>`).join('')}</t:EventTypes>`;
const inbox = `<t:FolderIds>${folder('inbox')}</t:FolderIds>`;

async function subscribe(client: EwsClient, kind: string, rest: string): Promise<{ id: string; watermark: string }> {
  const { body } = await client.expect(`<m:Subscribe><m:${kind}>${rest}</m:${kind}></m:Subscribe>`);
  return { id: all(body, 'SubscriptionId')[0]?.text ?? '', watermark: all(body, 'Watermark')[0]?.text ?? '' };
}

const kindsIn = (message: XmlNode): string[] =>
  all(message, 'Notification').flatMap((one) =>
    one.children.map(({ name }) => name).filter((name) => name.endsWith('Event')),
  );
const codeOf = (message: XmlNode): string | undefined => all(message, 'ResponseCode')[0]?.text;

describe('exchange simulator: streaming notifications', () => {
  const scene = stage();
  const streaming = (user: string): Promise<{ id: string }> =>
    subscribe(scene.as(user), 'StreamingSubscriptionRequest', `${inbox}${eventTypes}`);

  test('tells of mail as it comes, changes, moves and goes', async () => {
    const { id } = await streaming('a');
    const stream = openStream(scene.exchange.ewsUrl, 'a@x.example', [id]);
    const first = await stream.next();
    assert.equal(first && all(first, 'ConnectionStatus')[0]?.text, 'OK');
    const item = scene.exchange.deliver('a@x.example', mailText('News'));
    const arrival = await stream.until((message) => kindsIn(message).length > 0);
    assert.deepEqual(kindsIn(arrival), ['CreatedEvent', 'NewMailEvent']);
    assert.equal(all(arrival, 'ItemId')[0]?.attributes.Id, item.id);
    const { mailbox } = scene.exchange.account('a@x.example');
    mailbox.changeItem(item, () => Object.assign(item, { isRead: true }), true);
    assert.deepEqual(kindsIn(await stream.until((one) => kindsIn(one).length > 0)), ['ModifiedEvent']);
    const old = mailbox.moveItem(item, mailbox.folderNamed('drafts'));
    const moved = await stream.until((one) => kindsIn(one).length > 0);
    assert.deepEqual(kindsIn(moved), ['MovedEvent']);
    assert.equal(all(moved, 'OldItemId')[0]?.attributes.Id, old);
    mailbox.moveItem(item, mailbox.folderNamed('inbox'));
    mailbox.removeItem(item);
    const rest = await stream.until((one) => kindsIn(one).includes('DeletedEvent'));
    assert.ok(rest);
    stream.close();
  });

  test('an unknown subscription is named, and a forgotten one ends the stream', async () => {
    const unknown = openStream(scene.exchange.ewsUrl, 'a@x.example', ['bm9uZQ==']);
    const refusal = await unknown.next();
    assert.equal(refusal && codeOf(refusal), 'ErrorSubscriptionNotFound');
    assert.equal(refusal && all(refusal, 'ErrorSubscriptionIds')[0]?.children[0]?.text, 'bm9uZQ==');
    assert.equal(await unknown.next(), undefined);
    const { id } = await streaming('a');
    const stream = openStream(scene.exchange.ewsUrl, 'a@x.example', [id]);
    await stream.next();
    scene.exchange.subscriptions.removeAll();
    assert.equal(codeOf(await stream.until((one) => codeOf(one) !== 'NoError')), 'ErrorSubscriptionNotFound');
  });

  test('missed events are told, and a cut connection is simply over', async () => {
    const { id } = await streaming('b');
    const stream = openStream(scene.exchange.ewsUrl, 'b@x.example', [id]);
    await stream.next();
    scene.exchange.subscriptions.find(id, 'streaming')?.miss();
    assert.equal(codeOf(await stream.until((one) => codeOf(one) !== 'NoError')), 'ErrorMissedNotificationEvents');
    const again = openStream(scene.exchange.ewsUrl, 'b@x.example', [id]);
    await again.next();
    scene.exchange.subscriptions.cutStreams();
    assert.equal(await again.next(), undefined);
    scene.exchange.deliver('b@x.example', mailText('While away'));
    const third = openStream(scene.exchange.ewsUrl, 'b@x.example', [id]);
    assert.ok(kindsIn(await third.until((one) => kindsIn(one).length > 0)).includes('NewMailEvent'));
    third.close();
  });

  test('a user holds no more streams than the server allows', async () => {
    const { id } = await streaming('c');
    const open = Array.from({ length: 10 }, () => openStream(scene.exchange.ewsUrl, 'c@x.example', [id]));
    for (const one of open) await one.next();
    const refused = await openStream(scene.exchange.ewsUrl, 'c@x.example', [id]).next();
    assert.equal(refused && codeOf(refused), 'ErrorExceededConnectionCount');
    for (const one of open) one.close();
  });
});

describe('exchange simulator: signs of life, affinity', () => {
  const scene = stage({ heartbeatMs: 20, backEnds: 2 });

  test('a silent stream says that it lives', async () => {
    const { id } = await subscribe(scene.as('a'), 'StreamingSubscriptionRequest', `${inbox}${eventTypes}`);
    const stream = openStream(scene.exchange.ewsUrl, 'a@x.example', [id]);
    assert.deepEqual(kindsIn(await stream.until((one) => kindsIn(one).length > 0)), ['StatusEvent']);
    stream.close();
  });

  test('a subscription lives on the server of its mailbox', async () => {
    const { id } = await subscribe(scene.as('b'), 'StreamingSubscriptionRequest', `${inbox}${eventTypes}`);
    const astray = await openStream(scene.exchange.ewsUrl, 'a@x.example', [id]).next();
    assert.equal(astray && codeOf(astray), 'ErrorSubscriptionNotFound');
    const anchored = openStream(scene.exchange.ewsUrl, 'a@x.example', [id], { 'X-AnchorMailbox': 'b@x.example' });
    assert.equal(codeOf((await anchored.next()) ?? assert.fail('no answer')), 'NoError');
    anchored.close();
    const cookie = { Cookie: 'X-BackEndOverrideCookie=mbx1.x.local' };
    const back = openStream(scene.exchange.ewsUrl, 'a@x.example', [id], cookie);
    assert.equal(codeOf((await back.next()) ?? assert.fail('no answer')), 'NoError');
    back.close();
  });
});

describe('exchange simulator: pulled and pushed notifications', () => {
  let now = Date.parse('2026-03-01T00:00:00Z');
  const scene = stage({ now: () => now });

  test('GetEvents gives what happened since a watermark', async () => {
    const wish = `${inbox}${eventTypes}<t:Timeout>10</t:Timeout>`;
    const { id, watermark } = await subscribe(scene.as('a'), 'PullSubscriptionRequest', wish);
    const ask = (mark: string) =>
      scene
        .as('a')
        .call(
          `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${mark}</m:Watermark></m:GetEvents>`,
        );
    const silent = await ask(watermark);
    assert.deepEqual(silent.messages.flatMap(kindsIn), ['StatusEvent']);
    for (let count = 0; count < 60; count += 1) scene.exchange.deliver('a@x.example', mailText(`Pull ${count}`));
    const first = await ask(watermark);
    assert.equal(all(first.body, 'MoreEvents')[0]?.text, 'true');
    const last = all(first.body, 'Watermark').at(-1)?.text ?? '';
    const seen = [...first.messages, ...(await ask(last)).messages].flatMap(kindsIn);
    assert.ok(seen.length > 50);
    assert.deepEqual((await ask(watermark)).codes, ['ErrorEventNotFound']);
    assert.deepEqual((await ask('bm9uZQ==')).codes, ['ErrorInvalidWatermark']);
    now += 11 * 60_000;
    assert.deepEqual((await ask(last)).codes, ['ErrorSubscriptionNotFound']);
    const end = await scene.as('a').call(`<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`);
    assert.deepEqual(end.codes, ['ErrorSubscriptionNotFound']);
  });

  test('a push goes to the URL, and ends when that says so', async () => {
    const taken: string[] = [];
    let tell: () => void = () => undefined;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8');
      });
      request.on('end', () => {
        taken.push(body);
        const status = taken.length === 1 ? 'OK' : 'Unsubscribe';
        response.end(`<x><SubscriptionStatus>${status}</SubscriptionStatus></x>`);
        tell();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const pushed = (): Promise<void> => new Promise((resolve) => (tell = resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const wish = `${inbox}${eventTypes}<t:StatusFrequency>1</t:StatusFrequency><t:URL>${url}</t:URL>`;
    const { id } = await subscribe(scene.as('b'), 'PushSubscriptionRequest', wish);
    for (let count = 0; count < 2; count += 1) {
      const arrives = pushed();
      scene.exchange.deliver('b@x.example', mailText(`Push ${count}`));
      await arrives;
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    assert.match(taken[0] ?? '', /SendNotification[\s\S]*NewMailEvent/);
    for (let tries = 0; tries < 200 && scene.exchange.subscriptions.find(id, 'push') !== undefined; tries += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(scene.exchange.subscriptions.find(id, 'push'), undefined);
  });
});
