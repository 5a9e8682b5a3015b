import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { all } from './support/ews-client.ts';
import { mailText } from './support/mail-text.ts';
import { createItem, findItem, folder, getFolder, getItem, setField, updateItem } from './support/requests.ts';
import { stage } from './support/start.ts';

describe('exchange simulator: contents of messages', () => {
  const scene = stage();

  const crlf = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
  const rich = crlf(
    'From: =?utf-8?Q?J=C3=B6rg?= <joerg@else.example>',
    'To: "A, Anna" <a@x.example>, Team: b@x.example, c@x.example;',
    'Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?utf-8?B?4oKs?=',
    'Message-ID: <rich@else.example>',
    'Importance: high',
    'X-Note: =?utf-8?Q?=C3=A4?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="o"',
    '',
    '--o',
    'Content-Type: multipart/alternative; boundary=i',
    '',
    '--i',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Gr=FC=DFe =',
    'lang',
    '--i',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>hi <img src="cid:pic"></p>',
    '--i--',
    '--o',
    'Content-Type: image/png; name="p.png"',
    'Content-Disposition: inline',
    'Content-ID: <pic>',
    'Content-Transfer-Encoding: base64',
    '',
    'AAECAw==',
    '--o',
    "Content-Type: application/pdf; name*0*=utf-8''Angebot%20; name*1*=%C3%BC.pdf",
    'Content-Disposition: attachment',
    '',
    'pdf',
    '--o',
    'Content-Type: message/rfc822',
    '',
    'From: inner@else.example',
    'Subject: inside',
    '',
    'inner body',
    '--o--',
    '',
  );

  test('are read as another parser reads them', async () => {
    const { id } = scene.exchange.deliver('a@x.example', rich);
    const { body } = await scene.as('a').expect(getItem([id]));
    const other = await simpleParser(rich);
    const text = (name: string): string | undefined => all(body, name)[0]?.text;
    assert.equal(text('Subject'), other.subject);
    assert.equal(text('Body'), typeof other.html === 'string' ? other.html.replace(/data:[^"]*/, 'cid:pic') : '');
    assert.equal(text('Importance'), 'High');
    assert.deepEqual(
      all(all(body, 'From')[0] ?? body, 'Name').map((one) => one.text),
      ['Jörg'],
    );
    const to = all(body, 'ToRecipients')[0];
    assert.deepEqual(to && all(to, 'EmailAddress').map((one) => one.text), [
      'a@x.example',
      'b@x.example',
      'c@x.example',
    ]);
    const names = [...all(body, 'FileAttachment'), ...all(body, 'ItemAttachment')].map(
      (one) => all(one, 'Name')[0]?.text,
    );
    assert.deepEqual(names, ['p.png', 'Angebot ü.pdf', 'message.eml']);
    assert.equal(text('HasAttachments'), 'true');
    const plain = await scene
      .as('a')
      .expect(
        getItem(
          [id],
          'IdOnly',
          '<t:BodyType>Text</t:BodyType><t:AdditionalProperties><t:FieldURI FieldURI="item:Body"/></t:AdditionalProperties>',
        ),
      );
    assert.equal(all(plain.body, 'Body')[0]?.text, 'Grüße lang');
  });

  test('attachments are given out, an attached message with its own properties', async () => {
    const [item] = scene.exchange.account('a@x.example').mailbox.itemsWithMessageId('<rich@else.example>');
    const { body } = await scene.as('a').expect(getItem([item?.id ?? '']));
    const ids = all(body, 'AttachmentId').map(({ attributes }) => `<t:AttachmentId Id="${attributes.Id}"/>`);
    const shape = '<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>';
    const got = await scene
      .as('a')
      .expect(`<m:GetAttachment>${shape}<m:AttachmentIds>${ids.join('')}</m:AttachmentIds></m:GetAttachment>`);
    assert.equal(all(got.body, 'Content')[0]?.text, 'AAECAw==');
    assert.equal(all(got.body, 'Subject')[0]?.text, 'inside');
    assert.match(Buffer.from(all(got.body, 'MimeContent')[0]?.text ?? '', 'base64').toString('utf8'), /inner body/);
  });

  test('a reply is in the thread of what it answers, by references or by the thread index', async () => {
    const ids = async (id: string): Promise<string | undefined> =>
      all((await scene.as('a').expect(getItem([id]))).body, 'ConversationId')[0]?.attributes.Id;
    const first = scene.exchange.deliver('a@x.example', mailText('Thread'));
    const extra = ['In-Reply-To: <Thread@else.example>', 'References: <Thread@else.example>'];
    const reply = scene.exchange.deliver('a@x.example', mailText('Re: Thread', { extra }));
    assert.equal(await ids(first.id), await ids(reply.id));
    const index = Buffer.alloc(27, 7).toString('base64');
    const one = scene.exchange.deliver('a@x.example', mailText('Indexed', { extra: [`Thread-Index: ${index}`] }));
    const longer = Buffer.alloc(32, 7).toString('base64');
    const two = scene.exchange.deliver('a@x.example', mailText('Other words', { extra: [`Thread-Index: ${longer}`] }));
    assert.equal(await ids(one.id), await ids(two.id));
    assert.notEqual(await ids(one.id), await ids(first.id));
  });
});

describe('exchange simulator: characters that XML forbids', () => {
  // Such an answer is no well-formed XML, so it is not validated.
  const scene = stage({ tap: () => undefined });

  test('control characters of a body go through as a real server lets them', async () => {
    const { id } = scene.exchange.deliver('a@x.example', mailText('Bell', { body: 'ring\u0007' }));
    const answer = await fetch(scene.exchange.ewsUrl, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from('a@x.example:secret').toString('base64')}` },
      body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>${getItem([id], 'Default')}</s:Body></s:Envelope>`,
    });
    assert.match(await answer.text(), /ring&#x7;/);
  });
});

describe('exchange simulator: categories, searches, settings', () => {
  const scene = stage();

  test('categories are set, found across folders by a search folder, and taken off', async () => {
    const client = scene.as('a');
    const { mailbox } = scene.exchange.account('a@x.example');
    const deep = scene.exchange.makeFolder('a@x.example', 'inbox', 'Deep');
    scene.exchange.seed('a@x.example', deep, [{ mime: mailText('Below') }]);
    const [below] = mailbox.folders.get(deep)?.byArrival ?? [];
    scene.exchange.deliver('a@x.example', mailText('Plain'));
    const words = '<t:Categories><t:String>Tracked</t:String><t:String>Red</t:String></t:Categories>';
    await client.expect(
      updateItem(below?.id ?? '', setField('item:Categories', 'Message', words), 'MessageDisposition="SaveOnly"'),
    );
    assert.match(String(mailbox.items.get(below?.id ?? '')?.mime), /Body of Below/);
    const wanted =
      '<t:IsEqualTo><t:FieldURI FieldURI="item:Categories"/><t:FieldURIOrConstant><t:Constant Value="Tracked"/></t:FieldURIOrConstant></t:IsEqualTo>';
    const made = await client.expect(
      `<m:CreateFolder><m:ParentFolderId>${folder('searchfolders')}</m:ParentFolderId><m:Folders><t:SearchFolder><t:DisplayName>Tracked</t:DisplayName><t:SearchParameters Traversal="Deep"><t:Restriction>${wanted}</t:Restriction><t:BaseFolderIds>${folder('msgfolderroot')}</t:BaseFolderIds></t:SearchParameters></t:SearchFolder></m:Folders></m:CreateFolder>`,
    );
    const id = all(made.body, 'FolderId')[0]?.attributes.Id;
    const found = await client.expect(findItem(`<t:FolderId Id="${id}"/>`));
    assert.deepEqual(
      all(found.body, 'ItemId').map(({ attributes }) => attributes.Id),
      [below?.id],
    );
    assert.equal(all((await client.expect(findItem(folder('inbox'), wanted))).body, 'ItemId').length, 0);
    const remove = '<t:DeleteItemField><t:FieldURI FieldURI="item:Categories"/></t:DeleteItemField>';
    await client.expect(updateItem(below?.id ?? '', remove, 'MessageDisposition="SaveOnly"'));
    assert.equal(all((await client.expect(findItem(`<t:FolderId Id="${id}"/>`))).body, 'ItemId').length, 0);
  });

  test('the list of categories is read and written', async () => {
    const client = scene.as('a');
    const name = `Name="CategoryList">${folder('calendar')}`;
    const read = async (): Promise<string> => {
      const { body } = await client.expect(
        `<m:GetUserConfiguration><m:UserConfigurationName ${name}</m:UserConfigurationName><m:UserConfigurationProperties>XmlData</m:UserConfigurationProperties></m:GetUserConfiguration>`,
      );
      return Buffer.from(all(body, 'XmlData')[0]?.text ?? '', 'base64').toString('utf8');
    };
    const before = await read();
    assert.match(before, /<categories/);
    const more = before.replace(
      '</categories>',
      '<category name="Tracked" color="4" guid="{11111111-1111-1111-1111-111111111111}"/></categories>',
    );
    await client.expect(
      `<m:UpdateUserConfiguration><m:UserConfiguration><t:UserConfigurationName ${name}</t:UserConfigurationName><t:XmlData>${Buffer.from(more).toString('base64')}</t:XmlData></m:UserConfiguration></m:UpdateUserConfiguration>`,
    );
    assert.equal(await read(), more);
    const own = `Name="Own">${folder('inbox')}`;
    const create = `<m:CreateUserConfiguration><m:UserConfiguration><t:UserConfigurationName ${own}</t:UserConfigurationName><t:Dictionary><t:DictionaryEntry><t:DictionaryKey><t:Type>String</t:Type><t:Value>k</t:Value></t:DictionaryKey><t:DictionaryValue><t:Type>Integer32</t:Type><t:Value>7</t:Value></t:DictionaryValue></t:DictionaryEntry></t:Dictionary></m:UserConfiguration></m:CreateUserConfiguration>`;
    await client.expect(create);
    assert.deepEqual((await client.call(create)).codes, ['ErrorItemSave']);
    await client.expect(
      `<m:DeleteUserConfiguration><m:UserConfigurationName ${own}</m:UserConfigurationName></m:DeleteUserConfiguration>`,
    );
    const gone = await client.call(
      `<m:GetUserConfiguration><m:UserConfigurationName ${own}</m:UserConfigurationName><m:UserConfigurationProperties>All</m:UserConfigurationProperties></m:GetUserConfiguration>`,
    );
    assert.deepEqual(gone.codes, ['ErrorItemNotFound']);
  });

  test('a failing part of a request does not hinder the others, and a failing change leaves no trace', async () => {
    const client = scene.as('b');
    const { id, subject } = scene.exchange.deliver('b@x.example', mailText('Kept'));
    const mixed = await client.call(getItem([id, 'nonsense', id]));
    assert.deepEqual(mixed.codes, ['NoError', 'ErrorInvalidIdMalformed', 'NoError']);
    const bad = `${setField('item:Subject', 'Message', '<t:Subject>Lost</t:Subject>')}${setField('item:Size', 'Message', '<t:Size>1</t:Size>')}`;
    assert.deepEqual((await client.call(updateItem(id, bad, 'MessageDisposition="SaveOnly"'))).codes, [
      'ErrorInvalidPropertySet',
    ]);
    assert.equal(scene.exchange.account('b@x.example').mailbox.items.get(id)?.subject, subject);
  });

  test('a whole folder is marked as read, and emptied', async () => {
    const client = scene.as('c');
    for (const name of ['one', 'two']) scene.exchange.deliver('c@x.example', mailText(name));
    const ids = `<m:FolderIds>${folder('inbox')}</m:FolderIds>`;
    await client.expect(
      `<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts>${ids}</m:MarkAllItemsAsRead>`,
    );
    const counts = async (): Promise<(string | undefined)[]> => {
      const { body } = await client.expect(getFolder(folder('inbox')));
      return ['TotalCount', 'UnreadCount'].map((name) => all(body, name)[0]?.text);
    };
    assert.deepEqual(await counts(), ['2', '0']);
    await client.expect(`<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="false">${ids}</m:EmptyFolder>`);
    assert.deepEqual(await counts(), ['0', '0']);
  });

  test('a task follows its status', async () => {
    const client = scene.as('c');
    const made = await client.expect(
      createItem('<t:Task><t:Subject>Call</t:Subject><t:PercentComplete>100</t:PercentComplete></t:Task>', ''),
    );
    const id = all(made.body, 'ItemId')[0]?.attributes.Id ?? '';
    const status = async (): Promise<(string | undefined)[]> => {
      const { body } = await client.expect(getItem([id]));
      return ['Status', 'PercentComplete', 'IsComplete'].map((name) => all(body, name)[0]?.text);
    };
    assert.deepEqual(await status(), ['Completed', '100', 'true']);
    await client.expect(updateItem(id, setField('task:Status', 'Task', '<t:Status>NotStarted</t:Status>'), ''));
    assert.deepEqual(await status(), ['NotStarted', '0', 'false']);
    const start = '<t:StartDate>2026-03-02T00:00:00Z</t:StartDate>';
    await client.expect(updateItem(id, setField('task:StartDate', 'Task', start), ''));
    const { body } = await client.expect(getItem([id]));
    assert.equal(all(body, 'DueDate')[0]?.text, '2026-03-02T00:00:00Z', 'TK-08');
  });
});
