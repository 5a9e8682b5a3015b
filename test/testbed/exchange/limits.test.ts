import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { all, EwsClient } from './support/ews-client.ts';
import { mailText } from './support/mail-text.ts';
import { createItem, findItem, folder, getFolder, getItem } from './support/requests.ts';
import { stage } from './support/start.ts';

describe('exchange simulator: throttling', () => {
  let now = Date.parse('2026-03-01T00:00:00Z');
  const scene = stage({ now: () => now, throttle: { burst: 3, perSecond: 2 } });

  test('a user who asks too much is told how long to wait, others are not', async () => {
    const ask = (user: string) => scene.as(user).call(getFolder(folder('inbox')));
    for (let count = 0; count < 3; count += 1) assert.equal((await ask('a')).status, 200);
    const busy = await ask('a');
    assert.deepEqual([busy.status, ...busy.codes], [500, 'ErrorServerBusy']);
    assert.equal(all(busy.body, 'Value')[0]?.attributes.Name, 'BackOffMilliseconds');
    assert.equal(all(busy.body, 'Value')[0]?.text, '500');
    assert.equal((await ask('b')).status, 200);
    now += 500;
    assert.equal((await ask('a')).status, 200);
    assert.equal((await ask('a')).status, 500);
  });
});

describe('exchange simulator: connections', () => {
  const scene = stage({ version: 'Exchange2010_SP2' });

  test('a user has no more requests open than the server allows', async () => {
    let release: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.exchange.faults.add({ operation: 'GetFolder', mailbox: 'a@x.example', times: 10, does: 'slow', until });
    const ask = () => scene.as('a', { version: 'Exchange2010_SP2' }).call(getFolder(folder('inbox')));
    const waiting = Array.from({ length: 11 }, ask);
    const refused = await Promise.race(waiting);
    assert.deepEqual([refused.status, ...refused.codes], [500, 'ErrorExceededConnectionCount']);
    release();
    const answers = await Promise.all(waiting);
    assert.equal(answers.filter(({ status }) => status === 200).length, 10);
  });

  test('a fault can wait for its turn and for its mailbox', async () => {
    const ask = (user: string) => scene.as(user, { version: 'Exchange2010' }).call(getFolder(folder('inbox')));
    scene.exchange.faults.add({
      mailbox: 'b@x.example',
      after: 1,
      times: 2,
      does: 'error',
      code: 'ErrorInternalServerError',
    });
    const codes: string[] = [];
    for (const user of ['b', 'a', 'b', 'b', 'b']) codes.push(...(await ask(user)).codes);
    assert.deepEqual(codes, ['NoError', 'NoError', 'ErrorInternalServerError', 'ErrorInternalServerError', 'NoError']);
  });
});

describe('exchange simulator: products', () => {
  const normalized = '<t:AdditionalProperties><t:FieldURI FieldURI="item:NormalizedBody"/></t:AdditionalProperties>';

  for (const [version, asked, major, refused] of [
    ['Exchange2007_SP1', 'Exchange2007_SP1', '8', 'Exchange2010'],
    ['Exchange2010_SP2', 'Exchange2010_SP2', '14', 'Exchange2013'],
    ['Exchange2013_SP1', 'Exchange2013_SP1', '15', 'Exchange2016'],
  ] as const) {
    describe(version, () => {
      const scene = stage({ version });

      test('says what it is, and refuses what came later', async () => {
        const client = scene.as('a', { version: asked });
        const answer = await client.expect(getFolder(folder('inbox')));
        assert.match(answer.text, new RegExp(`MajorVersion="${major}"`));
        const later = await scene.as('a', { version: refused }).call(getFolder(folder('inbox')));
        assert.deepEqual(later.codes, ['ErrorInvalidServerVersion']);
        const { id } = scene.exchange.deliver('a@x.example', mailText('Old'));
        const known = major === '15';
        const answerTo = await client.call(getItem([id], 'AllProperties', normalized));
        assert.deepEqual(answerTo.codes, [known ? 'NoError' : 'ErrorSchemaValidation']);
        const zones = await client.call('<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
        assert.deepEqual(zones.codes, [major === '8' ? 'ErrorSchemaValidation' : 'NoError']);
        const wish = `<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds>${folder('inbox')}</t:FolderIds><t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>`;
        const streaming = await client.call(wish);
        assert.deepEqual(streaming.codes, [major === '8' ? 'ErrorSchemaValidation' : 'NoError']);
      });
    });
  }
});

describe('exchange simulator: rights', () => {
  const scene = stage();
  const secret = (user: string) => folder('inbox', `${user}@x.example`);

  test('a delegate reads and writes as far as the folder allows', async () => {
    const closed = await scene.as('b').call(findItem(secret('a')));
    assert.deepEqual(closed.codes, ['ErrorFolderNotFound']);
    const owner = scene.exchange.account('a@x.example');
    const { id } = owner.mailbox.folderNamed('inbox');
    const item = scene.exchange.deliver('a@x.example', mailText('Shared'));
    owner.permissions.set(id, new Map([['b@x.example', 'Reviewer']]));
    assert.equal(all((await scene.as('b').expect(findItem(secret('a')))).body, 'ItemId').length, 1);
    const remove = `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${item.id}"/></m:ItemIds></m:DeleteItem>`;
    assert.deepEqual((await scene.as('b').call(remove)).codes, ['ErrorAccessDenied']);
    assert.deepEqual((await scene.as('c').call(findItem(secret('a')))).codes, ['ErrorFolderNotFound']);
    owner.permissions.set(id, new Map([['b@x.example', 'Editor']]));
    assert.deepEqual((await scene.as('b').call(remove)).codes, ['NoError']);
    const delegates = await scene
      .as('a')
      .call(
        '<m:GetDelegate IncludePermissions="true"><m:Mailbox><t:EmailAddress>a@x.example</t:EmailAddress></m:Mailbox></m:GetDelegate>',
      );
    assert.equal(all(delegates.body, 'InboxFolderPermissionLevel')[0]?.text, 'Editor');
    assert.deepEqual((await scene.as('a').call(findItem(secret('nobody')))).codes, ['ErrorNonExistentMailbox']);
  });

  test('mail goes out as another or on behalf of him when that is allowed', async () => {
    const raw = (subject: string) => mailText(subject, { from: 'Anna A <a@x.example>', to: 'c@x.example' });
    const send = (subject: string) =>
      scene
        .as('b')
        .call(
          createItem(
            `<t:Message><t:MimeContent>${raw(subject).toString('base64')}</t:MimeContent></t:Message>`,
            'MessageDisposition="SendAndSaveCopy"',
          ),
        );
    const received = (): string | undefined => {
      const [item] = scene.exchange.account('c@x.example').mailbox.folderNamed('inbox').byReceived.slice(0, 1, true);
      const mime = item?.mime;
      return Buffer.isBuffer(mime) ? mime.toString('utf8') : undefined;
    };
    assert.deepEqual((await send('Denied')).codes, ['ErrorSendAsDenied']);
    const owner = scene.exchange.account('a@x.example');
    owner.sendOnBehalf.add('b@x.example');
    assert.deepEqual((await send('Behalf')).codes, ['NoError']);
    assert.match(received() ?? '', /^Sender: b@x\.example/m);
    owner.sendAs.add('b@x.example');
    assert.deepEqual((await send('As')).codes, ['NoError']);
    assert.doesNotMatch(received() ?? '', /^Sender:/m);
  });

  test('a request larger than the server takes, and bytes that are no request', async () => {
    const rough = new EwsClient({ url: scene.exchange.ewsUrl, user: 'a@x.example', password: 'secret' });
    assert.deepEqual((await rough.call('<m:GetFolder')).codes, ['ErrorInvalidRequest']);
    const headers = { Authorization: `Basic ${Buffer.from('a@x.example:secret').toString('base64')}` };
    const broken = await fetch(scene.exchange.ewsUrl, { method: 'POST', headers, body: 'no xml' });
    assert.equal(broken.status, 500);
    const large = await fetch(scene.exchange.ewsUrl, { method: 'POST', headers, body: Buffer.alloc(67_108_865) });
    assert.equal(large.status, 413);
    const wrong = { Authorization: `Basic ${Buffer.from('a@x.example:wrong').toString('base64')}` };
    assert.equal((await fetch(scene.exchange.ewsUrl, { headers: wrong })).status, 401);
    assert.equal((await fetch(scene.exchange.ewsUrl, { headers })).status, 200);
  });
});
