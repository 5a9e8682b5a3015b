import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { all, EwsClient } from './support/ews-client.ts';
import { mailText } from './support/mail-text.ts';
import { SchemaCheck, whyNoSchemaCheck } from './support/schema-check.ts';

const idShape = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';
const fullShape = (extra = ''): string => `<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape>${extra}</m:ItemShape>`;
const mimeShape = fullShape('<t:IncludeMimeContent>true</t:IncludeMimeContent>');
const folder = (id: string): string => `<t:DistinguishedFolderId Id="${id}"/>`;

function getItem(shape: string, ...ids: readonly string[]): string {
  return `<m:GetItem>${shape}<m:ItemIds>${ids.map((id) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:GetItem>`;
}

function sync(state: string, max = 512, name = 'inbox'): string {
  const given = state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`;
  return `<m:SyncFolderItems>${idShape}<m:SyncFolderId>${folder(name)}</m:SyncFolderId>${given}<m:MaxChangesReturned>${max}</m:MaxChangesReturned></m:SyncFolderItems>`;
}

describe('exchange simulator: mail', () => {
  let exchange: ExchangeSimulator;
  let client: EwsClient;
  const check = new SchemaCheck();

  before(async () => {
    exchange = await startExchange({
      mailboxes: [
        { address: 'a@x.example', password: 'secret-a', displayName: 'Anna A' },
        { address: 'b@x.example', password: 'secret-b' },
        { address: 'service@x.example', password: 'secret-s', mayImpersonate: true },
      ],
    });
    client = as('a@x.example', 'secret-a');
  });

  after(async () => {
    await exchange.stop();
    const problems = whyNoSchemaCheck() === undefined ? await check.problems() : '';
    check.remove();
    assert.equal(problems, '');
  });

  function as(user: string, password: string, impersonate?: string): EwsClient {
    return new EwsClient({
      url: exchange.ewsUrl,
      user,
      password,
      onAnswer: (xml) => check.add(xml),
      ...(impersonate === undefined ? {} : { impersonate }),
    });
  }

  /** Reads all changes since the state, page by page. */
  async function changesSince(state: string, max = 512): Promise<{ state: string; changes: string[] }> {
    const changes: string[] = [];
    for (let next = state; ; ) {
      const [message] = (await client.expect(sync(next, max))).messages;
      assert.ok(message);
      for (const change of all(message, 'Changes')[0]?.children ?? []) {
        changes.push(`${change.name} ${all(change, 'ItemId')[0]?.attributes.Id}`);
      }
      next = all(message, 'SyncState')[0]?.text ?? '';
      if (all(message, 'IncludesLastItemInRange')[0]?.text === 'true') return { state: next, changes };
    }
  }

  it('a delivered message is found, read and given out byte for byte', async () => {
    const delivered = exchange.deliver('a@x.example', mailText('Offer 1', { extra: ['X-Order: 4711'] }));
    const found = await client.expect(
      `<m:FindItem Traversal="Shallow">${idShape}<m:IndexedPageItemView MaxEntriesReturned="10" Offset="0" BasePoint="Beginning"/><m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds></m:FindItem>`,
    );
    assert.deepEqual(
      all(found.body, 'ItemId').map(({ attributes }) => attributes.Id),
      [delivered.id],
    );
    assert.equal(all(found.body, 'RootFolder')[0]?.attributes.IncludesLastItemInRange, 'true');
    const header =
      '<t:AdditionalProperties><t:ExtendedFieldURI DistinguishedPropertySetId="InternetHeaders" PropertyName="X-Order" PropertyType="String"/></t:AdditionalProperties>';
    const got = await client.expect(
      getItem(fullShape(`<t:IncludeMimeContent>true</t:IncludeMimeContent>${header}`), delivered.id),
    );
    const text = (name: string): string | undefined => all(got.body, name)[0]?.text;
    assert.equal(text('Subject'), 'Offer 1');
    assert.equal(text('InternetMessageId'), '<Offer-1@else.example>');
    assert.equal(text('DateTimeSent'), '2024-10-01T08:00:00Z');
    assert.equal(text('IsRead'), 'false');
    assert.equal(text('Body'), 'Body of Offer 1\r\n');
    assert.equal(all(got.body, 'ExtendedProperty')[0]?.children[1]?.text, '4711');
    const mime = Buffer.from(text('MimeContent') ?? '', 'base64').toString('utf8');
    assert.ok(mime.endsWith(mailText('Offer 1', { extra: ['X-Order: 4711'] }).toString('utf8')));
  });

  it('a sync tells what came, changed, was read, moved and went', async () => {
    const first = await changesSince('');
    const one = exchange.deliver('a@x.example', mailText('Sync 1'));
    const two = exchange.deliver('a@x.example', mailText('Sync 2'));
    const second = await changesSince(first.state);
    assert.deepEqual(second.changes, [`Create ${one.id}`, `Create ${two.id}`]);
    const key = (await client.expect(getItem(idShape, one.id))).body;
    const changeKey = all(key, 'ItemId')[0]?.attributes.ChangeKey;
    await client.expect(
      `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="NeverOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${one.id}" ChangeKey="${changeKey}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="message:IsRead"/><t:Message><t:IsRead>true</t:IsRead></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    const stale = await client.call(
      `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="NeverOverwrite"><m:ItemChanges><t:ItemChange><t:ItemId Id="${one.id}" ChangeKey="${changeKey}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Categories"/><t:Message><t:Categories><t:String>Red</t:String></t:Categories></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    assert.deepEqual(stale.codes, ['ErrorIrresolvableConflict']);
    const third = await changesSince(second.state);
    assert.deepEqual(third.changes, [`ReadFlagChange ${one.id}`]);
    await client.expect(
      `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AutoResolve"><m:ItemChanges><t:ItemChange><t:ItemId Id="${one.id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Categories"/><t:Message><t:Categories><t:String>Red</t:String></t:Categories></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    const moved = await client.expect(
      `<m:MoveItem><m:ToFolderId>${folder('drafts')}</m:ToFolderId><m:ItemIds><t:ItemId Id="${two.id}"/></m:ItemIds></m:MoveItem>`,
    );
    const newId = all(moved.body, 'ItemId')[0]?.attributes.Id ?? '';
    const oldId = second.changes[1]?.split(' ')[1] ?? '';
    assert.notEqual(newId, oldId);
    const fourth = await changesSince(third.state);
    assert.deepEqual(fourth.changes, [`Update ${one.id}`, `Delete ${oldId}`]);
    assert.deepEqual((await client.call(getItem(idShape, oldId))).codes, ['ErrorItemNotFound']);
    await client.expect(
      `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${one.id}"/></m:ItemIds></m:DeleteItem>`,
    );
    assert.deepEqual((await changesSince(fourth.state)).changes, [`Delete ${one.id}`]);
  });

  it('the first listing goes from the newest to the oldest, page by page', async () => {
    const id = exchange.makeFolder('b@x.example', 'inbox', 'Pages');
    exchange.seed(
      'b@x.example',
      id,
      Array.from({ length: 25 }, (_, index) => ({ mime: mailText(`Page ${index}`) })),
    );
    const b = as('b@x.example', 'secret-b');
    const seen: string[] = [];
    let state = '';
    for (let pages = 0; pages < 4; pages += 1) {
      const given = state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`;
      const [message] = (
        await b.expect(
          `<m:SyncFolderItems><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:SyncFolderId><t:FolderId Id="${id}"/></m:SyncFolderId>${given}<m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>`,
        )
      ).messages;
      assert.ok(message);
      seen.push(...all(message, 'Subject').map(({ text }) => text));
      state = all(message, 'SyncState')[0]?.text ?? '';
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, index) => `Page ${24 - index}`),
    );
  });

  it('a state of another folder or of no server is refused', async () => {
    const inbox = await changesSince('');
    assert.deepEqual((await client.call(sync(inbox.state, 10, 'drafts'))).codes, ['ErrorInvalidSyncStateData']);
    assert.deepEqual((await client.call(sync('bm9uc2Vuc2U=', 10))).codes, ['ErrorInvalidSyncStateData']);
  });

  it('a message sent by its MIME arrives without Bcc and is kept with its Message-ID', async () => {
    const raw = mailText('Sent 1', { from: 'a@x.example', to: 'b@x.example', extra: ['Bcc: service@x.example'] });
    const created = await client.expect(
      `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:SavedItemFolderId>${folder('sentitems')}</m:SavedItemFolderId><m:Items><t:Message><t:MimeContent CharacterSet="UTF-8">${raw.toString('base64')}</t:MimeContent></t:Message></m:Items></m:CreateItem>`,
    );
    assert.equal(all(created.body, 'ItemId').length, 1);
    const byId = `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="message:InternetMessageId"/><t:FieldURIOrConstant><t:Constant Value="&lt;Sent-1@else.example&gt;"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>`;
    const kept = await client.expect(
      `<m:FindItem Traversal="Shallow">${idShape}${byId}<m:ParentFolderIds>${folder('sentitems')}</m:ParentFolderIds></m:FindItem>`,
    );
    assert.equal(all(kept.body, 'ItemId').length, 1);
    for (const [user, password] of [
      ['b@x.example', 'secret-b'],
      ['service@x.example', 'secret-s'],
    ] as const) {
      const other = as(user, password);
      const found = await other.expect(
        `<m:FindItem Traversal="Shallow">${idShape}${byId}<m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds></m:FindItem>`,
      );
      const id = all(found.body, 'ItemId')[0]?.attributes.Id ?? '';
      const mime = all((await other.expect(getItem(mimeShape, id))).body, 'MimeContent')[0]?.text ?? '';
      assert.doesNotMatch(Buffer.from(mime, 'base64').toString('utf8'), /^Bcc:/m);
    }
  });

  it('a draft made of properties is sent by SendItem, to others through the sink', async () => {
    const created = await client.expect(
      `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>Draft ü</t:Subject><t:Body BodyType="HTML">&lt;p&gt;Hello&lt;/p&gt;</t:Body><t:Attachments><t:FileAttachment><t:Name>a.txt</t:Name><t:Content>${Buffer.from('file').toString('base64')}</t:Content></t:FileAttachment></t:Attachments><t:ToRecipients><t:Mailbox><t:EmailAddress>far@else.example</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
    );
    const id = all(created.body, 'ItemId')[0]?.attributes;
    await client.expect(
      `<m:SendItem SaveItemToFolder="true"><m:ItemIds><t:ItemId Id="${id?.Id}" ChangeKey="${id?.ChangeKey}"/></m:ItemIds><m:SavedItemFolderId>${folder('sentitems')}</m:SavedItemFolderId></m:SendItem>`,
    );
    const out = exchange.sent.at(-1);
    assert.deepEqual([out?.from, out?.to], ['a@x.example', ['far@else.example']]);
    const text = out?.raw.toString('utf8') ?? '';
    assert.match(text, /^Message-ID: <.+@x\.example>/im);
    assert.match(text, /^Thread-Index: /im);
    assert.match(text, /filename=a\.txt/);
  });

  it('mail to an unknown address of the domain comes back as a report', async () => {
    await client.expect(
      '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>Lost</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>nobody@x.example</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
    );
    const [report] = exchange.account('a@x.example').mailbox.folderNamed('inbox').byReceived.slice(0, 1, true);
    assert.equal(report?.itemClass, 'REPORT.IPM.Note.NDR');
    assert.equal(report?.subject, 'Undeliverable: Lost');
  });

  it('folders are made, renamed, moved and deleted, and the hierarchy tells it', async () => {
    const hierarchy = async (state: string): Promise<{ state: string; changes: string[] }> => {
      const given = state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`;
      const { body } = await client.expect(
        `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>${given}</m:SyncFolderHierarchy>`,
      );
      const changes = (all(body, 'Changes')[0]?.children ?? []).map(
        (one) => `${one.name} ${all(one, 'DisplayName')[0]?.text ?? ''}`,
      );
      return { state: all(body, 'SyncState')[0]?.text ?? '', changes };
    };
    const start = await hierarchy('');
    assert.ok(start.changes.includes('Create Inbox'));
    const made = await client.expect(
      `<m:CreateFolder><m:ParentFolderId>${folder('inbox')}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Deals</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    );
    const id = all(made.body, 'FolderId')[0]?.attributes.Id;
    const again = await client.call(
      `<m:CreateFolder><m:ParentFolderId>${folder('inbox')}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>deals</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    );
    assert.deepEqual(again.codes, ['ErrorFolderExists']);
    const second = await hierarchy(start.state);
    assert.deepEqual(second.changes, ['Create Deals']);
    await client.expect(
      `<m:UpdateFolder><m:FolderChanges><t:FolderChange><t:FolderId Id="${id}"/><t:Updates><t:SetFolderField><t:FieldURI FieldURI="folder:DisplayName"/><t:Folder><t:DisplayName>Offers</t:DisplayName></t:Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
    );
    const third = await hierarchy(second.state);
    assert.deepEqual(third.changes, ['Update Offers']);
    await client.expect(
      `<m:MoveFolder><m:ToFolderId>${folder('msgfolderroot')}</m:ToFolderId><m:FolderIds><t:FolderId Id="${id}"/></m:FolderIds></m:MoveFolder>`,
    );
    const found = await client.expect(
      `<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURIOrConstant><t:Constant Value="Offers"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds>${folder('msgfolderroot')}</m:ParentFolderIds></m:FindFolder>`,
    );
    assert.equal(all(found.body, 'FolderId')[0]?.attributes.Id, id);
    await client.expect(
      `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds><t:FolderId Id="${id}"/></m:FolderIds></m:DeleteFolder>`,
    );
    assert.deepEqual((await hierarchy(third.state)).changes, ['Delete ']);
    assert.deepEqual(
      (
        await client.call(
          `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${folder('inbox')}</m:FolderIds></m:DeleteFolder>`,
        )
      ).codes,
      ['ErrorDeleteDistinguishedFolder'],
    );
  });

  it('a service account acts for others, everyone else does not', async () => {
    const acting = as('service@x.example', 'secret-s', 'a@x.example');
    const inbox = await acting.expect(
      `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${folder('inbox')}</m:FolderIds></m:GetFolder>`,
    );
    const own = exchange.account('a@x.example').mailbox.folderNamed('inbox').id;
    assert.equal(all(inbox.body, 'FolderId')[0]?.attributes.Id, own);
    const refused = await as('b@x.example', 'secret-b', 'a@x.example').call(
      `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${folder('inbox')}</m:FolderIds></m:GetFolder>`,
    );
    assert.deepEqual([refused.status, ...refused.codes], [500, 'ErrorImpersonateUserDenied']);
    const foreign = await as('b@x.example', 'secret-b').call(
      `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:FolderId Id="${own}"/></m:FolderIds></m:GetFolder>`,
    );
    assert.deepEqual(foreign.codes, ['ErrorFolderNotFound']);
  });

  it('a request out of order, of an unknown version or word is refused as the schema says', async () => {
    const wrongOrder = await client.call(
      `<m:FindItem Traversal="Shallow"><m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds>${idShape}</m:FindItem>`,
    );
    assert.deepEqual([wrongOrder.status, ...wrongOrder.codes], [500, 'ErrorSchemaValidation']);
    const wrongWord = await client.call(
      `<m:FindItem Traversal="Sideways">${idShape}<m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds></m:FindItem>`,
    );
    assert.deepEqual(wrongWord.codes, ['ErrorSchemaValidation']);
    const future = new EwsClient({
      url: exchange.ewsUrl,
      user: 'a@x.example',
      password: 'secret-a',
      version: 'Exchange2099',
    });
    assert.deepEqual((await future.call(getItem(idShape, 'x'))).codes, ['ErrorInvalidServerVersion']);
  });

  it('does on demand what servers do on bad days', async () => {
    const rough = new EwsClient({ url: exchange.ewsUrl, user: 'a@x.example', password: 'secret-a' });
    const ask = (): ReturnType<EwsClient['call']> =>
      rough.call(
        `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${folder('inbox')}</m:FolderIds></m:GetFolder>`,
      );
    exchange.faults.add({ operation: 'GetFolder', does: 'fault', backOffMs: 1500 });
    const busy = await ask();
    assert.deepEqual([busy.status, ...busy.codes], [500, 'ErrorServerBusy']);
    assert.equal(all(busy.body, 'Value')[0]?.text, '1500');
    exchange.faults.add({ operation: 'GetFolder', does: 'error', code: 'ErrorServerBusy' });
    const partly = await ask();
    assert.deepEqual([partly.status, ...partly.codes], [200, 'ErrorServerBusy']);
    for (const does of ['cut', 'half'] as const) {
      exchange.faults.add({ operation: 'GetFolder', does });
      await assert.rejects(ask);
    }
    exchange.faults.add({ operation: 'GetFolder', does: 'status', status: 503, headers: { 'Retry-After': '30' } });
    const response = await fetch(`${exchange.url}/control/faults`, {
      method: 'POST',
      body: JSON.stringify({ operation: 'GetFolder', does: 'garbage' }),
    });
    assert.equal(response.status, 201);
    await assert.rejects(ask);
    await assert.rejects(ask);
    assert.deepEqual((await ask()).codes, ['NoError']);
    assert.equal(exchange.requests.at(-1)?.operation, 'GetFolder');
  });
});
