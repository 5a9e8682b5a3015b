import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;
const nobody = '00000000-0000-0000-0000-00000000dead';

before(async () => {
  api = await openTestApi();
});
after(() => api.close());

test('create answers 204 and the URL, retrieve gives it back with etag and context', async () => {
  const created = await api.send('POST', 'contacts', {
    firstname: 'Carla',
    lastname: 'Contact',
    emailaddress1: 'carla@example.com',
    birthdate: '1980-02-29',
  });
  assert.equal(created.status, 204, created.text);
  assert.equal(created.headers['odata-version'], '4.0');
  const id = idOf(created);
  const read = await api.send('GET', `contacts(${id})?$select=lastname,birthdate,_ownerid_value,createdon`);
  assert.equal(read.status, 200, read.text);
  assert.equal(
    read.json['@odata.context'],
    'http://mailroom.test/api/data/v9.2/$metadata#contacts(lastname,birthdate,_ownerid_value,createdon)/$entity',
  );
  assert.match(read.json['@odata.etag'], /^W\/"\d+"$/);
  assert.equal(read.headers.etag, read.json['@odata.etag']);
  assert.deepEqual(
    { ...read.json, '@odata.context': 0, '@odata.etag': 0 },
    {
      '@odata.context': 0,
      '@odata.etag': 0,
      lastname: 'Contact',
      birthdate: '1980-02-29',
      _ownerid_value: api.admin.systemuserid,
      createdon: '2024-05-15T12:00:00Z',
      contactid: id,
    },
  );
});

test('Prefer return=representation answers 201 and the record, 200 after an update', async () => {
  const prefer = { prefer: 'return=representation' };
  const created = await api.send('POST', 'contacts?$select=lastname', { lastname: 'Rep' }, prefer);
  assert.equal(created.status, 201);
  assert.equal(created.json.lastname, 'Rep');
  assert.equal(created.headers['preference-applied'], 'return=representation');
  const updated = await api.send(
    'PATCH',
    `contacts(${created.json.contactid})?$select=lastname`,
    { lastname: 'Rep2' },
    prefer,
  );
  assert.equal(updated.status, 200);
  assert.equal(updated.json.lastname, 'Rep2');
});

test('annotations come when wished for: labels, dates, lookup names, tables, navigation', async () => {
  const contact = await api.send('POST', 'contacts', { fullname: undefined, lastname: 'Named', firstname: 'Nora' });
  const email = await api.send('POST', 'emails', {
    subject: 'Annotated',
    directioncode: true,
    scheduledstart: '2024-01-31T15:04:05Z',
    'regardingobjectid_contact_email@odata.bind': `/contacts(${idOf(contact)})`,
  });
  const path = `emails(${idOf(email)})?$select=statuscode,directioncode,scheduledstart,_regardingobjectid_value,_ownerid_value`;
  const plain = await api.send('GET', path);
  assert.equal(
    Object.keys(plain.json).some((key) => key.includes('FormattedValue')),
    false,
  );
  const { json, status } = await api.send('GET', path, undefined, { prefer: 'odata.include-annotations="*"' });
  assert.equal(status, 200);
  const formatted = (name: string) => json[`${name}@OData.Community.Display.V1.FormattedValue`];
  assert.equal(formatted('statuscode'), 'Draft');
  assert.equal(formatted('directioncode'), 'Outgoing');
  assert.equal(formatted('scheduledstart'), '1/31/2024 3:04 PM');
  assert.equal(formatted('_ownerid_value'), 'Ada Admin');
  assert.equal(json._regardingobjectid_value, idOf(contact));
  assert.equal(json['_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname'], 'contact');
  assert.equal(
    json['_regardingobjectid_value@Microsoft.Dynamics.CRM.associatednavigationproperty'],
    'regardingobjectid_contact_email',
  );
  const some = await api.send('GET', path, undefined, {
    prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.*"',
  });
  assert.equal('statuscode@OData.Community.Display.V1.FormattedValue' in some.json, false);
  assert.equal(some.json['_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname'], 'systemuser');

  await api.database.records.create('usersettings', {
    systemuserid: api.admin.systemuserid,
    timezonecode: 110,
    dateformatstring: 'dd/MM/yyyy',
    dateseparator: '.',
    timeformatstring: 'HH:mm',
  });
  const all = { prefer: 'odata.include-annotations="*"' };
  const ours = (await api.send('GET', path, undefined, all)).json;
  assert.equal(ours['scheduledstart@OData.Community.Display.V1.FormattedValue'], '31.01.2024 16:04');
  assert.equal(ours.scheduledstart, '2024-01-31T15:04:05Z');
  const fetch = `<fetch><entity name="email"><attribute name="scheduledstart" alias="s"/><filter><condition attribute="activityid" operator="eq" value="${idOf(email)}"/></filter></entity></fetch>`;
  const fetched = await api.send('GET', `emails?fetchXml=${encodeURIComponent(fetch)}`, undefined, all);
  assert.equal(fetched.json.value[0]['s@OData.Community.Display.V1.FormattedValue'], '31.01.2024 16:04');
});

test('an email is created with its parties and read with them expanded', async () => {
  const contact = idOf(await api.send('POST', 'contacts', { lastname: 'Party', emailaddress1: 'party@example.com' }));
  const created = await api.send('POST', 'emails', {
    subject: 'Hello',
    description: '<p>Hi</p>',
    email_activity_parties: [
      { 'partyid_systemuser@odata.bind': `/systemusers(${api.admin.systemuserid})`, participationtypemask: 1 },
      {
        'partyid_contact@odata.bind': `contacts(${contact})`,
        participationtypemask: 2,
        addressused: 'party@example.com',
      },
      { addressused: 'bare@example.com', participationtypemask: 3 },
    ],
  });
  assert.equal(created.status, 204, created.text);
  const id = idOf(created);
  const read = await api.send(
    'GET',
    `emails(${id})?$select=subject&$expand=email_activity_parties($select=addressused,participationtypemask,_partyid_value;$orderby=participationtypemask),ownerid($select=fullname)`,
  );
  assert.equal(read.status, 200, read.text);
  assert.deepEqual(
    read.json.email_activity_parties.map((party: Record<string, unknown>) => [
      party.participationtypemask,
      party._partyid_value,
    ]),
    [
      [1, api.admin.systemuserid],
      [2, contact],
      [3, null],
    ],
  );
  assert.equal(read.json.email_activity_parties[2].addressused, 'bare@example.com');
  assert.equal(read.json.ownerid.fullname, 'Ada Admin');
  const replaced = await api.send('PATCH', `emails(${id})`, {
    email_activity_parties: [{ addressused: 'other@example.com', participationtypemask: 3 }],
  });
  assert.equal(replaced.status, 204, replaced.text);
  const parties = await api.send(
    'GET',
    `emails(${id})/email_activity_parties?$select=addressused&$orderby=participationtypemask`,
  );
  assert.deepEqual(
    parties.json.value.map((party: Record<string, unknown>) => party.addressused).at(-1),
    'other@example.com',
  );
  assert.equal(parties.json.value.length, 3);
  const count = await api.send('GET', `emails(${id})/email_activity_parties/$count`);
  assert.equal(count.text, '3');
});

test('attachments are expanded, and created together with the email', async () => {
  const created = await api.send('POST', 'emails', {
    subject: 'With attachment',
    email_activity_mime_attachment: [
      { filename: 'a.txt', mimetype: 'text/plain', body: Buffer.from('hello').toString('base64') },
    ],
  });
  assert.equal(created.status, 204, created.text);
  const read = await api.send(
    'GET',
    `emails(${idOf(created)})?$select=subject&$expand=email_activity_mime_attachment($select=filename,body,_objectid_value)`,
  );
  assert.equal(read.status, 200, read.text);
  const [attachment] = read.json.email_activity_mime_attachment;
  assert.equal(attachment.filename, 'a.txt');
  assert.equal(Buffer.from(attachment.body, 'base64').toString(), 'hello');
  assert.equal(attachment._objectid_value, idOf(created));
});

test('a failed deep insert leaves nothing behind', async () => {
  const created = await api.send('POST', 'accounts', {
    name: 'Half account',
    primarycontactid: { lastname: 'Half contact', nosuch: 1 },
  });
  assert.equal(created.status, 400, created.text);
  const deep = await api.send('POST', 'contacts', {
    lastname: 'Half contact',
    Contact_Emails: [{ subject: 'x'.repeat(5000) }],
  });
  assert.equal(deep.status, 400, deep.text);
  const left = await api.send('GET', "contacts/$count?$filter=lastname eq 'Half contact'");
  assert.equal(left.text, '0');
});

test('update changes only what is given; If-Match guards it', async () => {
  const id = idOf(await api.send('POST', 'contacts', { firstname: 'Old', lastname: 'Name' }));
  const first = await api.send('GET', `contacts(${id})?$select=lastname`);
  assert.equal(
    (await api.send('PATCH', `contacts(${id})`, { lastname: 'New' }, { 'if-match': first.json['@odata.etag'] })).status,
    204,
  );
  const stale = await api.send(
    'PATCH',
    `contacts(${id})`,
    { lastname: 'Late' },
    { 'if-match': first.json['@odata.etag'] },
  );
  assert.equal(stale.status, 412);
  assert.equal(stale.json.error.code, '0x80060882');
  const staleDelete = await api.send('DELETE', `contacts(${id})`, undefined, { 'if-match': first.json['@odata.etag'] });
  assert.equal(staleDelete.status, 412);
  const read = await api.send('GET', `contacts(${id})?$select=firstname,lastname`);
  assert.deepEqual([read.json.firstname, read.json.lastname], ['Old', 'New']);
  const unchanged = await api.send('GET', `contacts(${id})?$select=lastname`, undefined, {
    'if-none-match': read.json['@odata.etag'],
  });
  assert.equal(unchanged.status, 304);
});

test('PATCH creates under the given id unless If-Match: * forbids it; If-None-Match: * forbids the update', async () => {
  const id = '12345678-1234-4234-8234-123456789abc';
  assert.equal((await api.send('PATCH', `contacts(${id})`, { lastname: 'Up' }, { 'if-match': '*' })).status, 404);
  assert.equal((await api.send('PATCH', `contacts(${id})`, { lastname: 'Up' })).status, 204);
  assert.equal((await api.send('PATCH', `contacts(${id})`, { lastname: 'Up2' })).status, 204);
  const again = await api.send('PATCH', `contacts(${id})`, { lastname: 'Up3' }, { 'if-none-match': '*' });
  assert.equal(again.status, 412);
  const read = await api.send('GET', `contacts(contactid=${id})?$select=lastname`);
  assert.equal(read.json.lastname, 'Up2');
});

test('delete, then 404', async () => {
  const id = idOf(await api.send('POST', 'contacts', { lastname: 'Gone' }));
  assert.equal((await api.send('DELETE', `contacts(${id})`)).status, 204);
  const read = await api.send('GET', `contacts(${id})`);
  assert.equal(read.status, 404);
  assert.equal(read.json.error.code, '0x80040217');
  assert.equal((await api.send('DELETE', `contacts(${id})`)).status, 404);
});

test('single columns: read, raw value, write, empty', async () => {
  const id = idOf(await api.send('POST', 'contacts', { firstname: 'One', lastname: 'Column' }));
  const read = await api.send('GET', `contacts(${id})/lastname`);
  assert.equal(read.json.value, 'Column');
  assert.equal((await api.send('GET', `contacts(${id})/lastname/$value`)).text, 'Column');
  assert.equal((await api.send('PUT', `contacts(${id})/firstname`, { value: 'Two' })).status, 204);
  assert.equal((await api.send('GET', `contacts(${id})/firstname`)).json.value, 'Two');
  assert.equal((await api.send('DELETE', `contacts(${id})/firstname`)).status, 204);
  assert.equal((await api.send('GET', `contacts(${id})/firstname`)).status, 204);
});

test('an image is written and read as bytes; other columns and whole records take JSON', async () => {
  const id = idOf(await api.send('POST', 'accounts', { name: 'Pictured' }));
  const bytes = { 'content-type': 'application/octet-stream', 'x-ms-file-name': 'logo.png' };
  for (const [method, picture] of [
    ['PUT', 'picture one'],
    ['PATCH', 'picture two'],
  ] as const) {
    assert.equal((await api.send(method, `accounts(${id})/entityimage`, picture, bytes)).status, 204, method);
    assert.equal((await api.send('GET', `accounts(${id})/entityimage/$value`)).text, picture);
  }
  assert.equal((await api.send('DELETE', `accounts(${id})/entityimage`)).status, 204);
  assert.equal((await api.send('GET', `accounts(${id})/entityimage/$value`)).status, 204);
  assert.equal((await api.send('PUT', `accounts(${id})/name`, 'bytes', bytes)).status, 415);
  assert.equal((await api.send('PATCH', `accounts(${id})`, 'bytes', bytes)).status, 415);
  assert.equal((await api.send('PATCH', `accounts(${id})/name`, { value: 'x' })).status, 405);
});

test('If-None-Match: null, as clients send it after examples, stands for nothing', async () => {
  const none = { 'if-none-match': 'null' };
  const id = idOf(await api.send('POST', 'contacts', { lastname: 'Nothing' }, none));
  assert.equal((await api.send('GET', `contacts(${id})`, undefined, none)).status, 200);
  assert.equal((await api.send('PATCH', `contacts(${id})`, { lastname: 'Known' }, none)).status, 204);
  assert.equal((await api.send('GET', `contacts(${id})/lastname`)).json.value, 'Known');
});

test('navigation: single-valued, links read, set and removed', async () => {
  const account = idOf(await api.send('POST', 'accounts', { name: 'Acme' }));
  const contact = idOf(await api.send('POST', 'contacts', { lastname: 'Linked' }));
  assert.equal((await api.send('GET', `accounts(${account})/primarycontactid`)).status, 204);
  const linked = await api.send('PUT', `accounts(${account})/primarycontactid/$ref`, {
    '@odata.id': `http://mailroom.test/api/data/v9.2/contacts(${contact})`,
  });
  assert.equal(linked.status, 204, linked.text);
  assert.equal(
    (await api.send('GET', `accounts(${account})/primarycontactid?$select=lastname`)).json.lastname,
    'Linked',
  );
  assert.equal((await api.send('GET', `accounts(${account})/primarycontactid/lastname`)).json.value, 'Linked');
  assert.match(
    (await api.send('GET', `accounts(${account})/primarycontactid/$ref`)).json['@odata.id'],
    new RegExp(`contacts\\(${contact}\\)$`),
  );
  const etag = (await api.send('GET', `accounts(${account})`)).json['@odata.etag'];
  await api.send('PATCH', `accounts(${account})`, { name: 'Changed meanwhile' });
  const since = { 'if-match': etag };
  const url = { '@odata.id': `http://mailroom.test/api/data/v9.2/contacts(${contact})` };
  assert.equal((await api.send('DELETE', `accounts(${account})/primarycontactid/$ref`, undefined, since)).status, 412);
  assert.equal((await api.send('PUT', `accounts(${account})/primarycontactid/$ref`, url, since)).status, 412);
  assert.equal((await api.send('DELETE', `accounts(${account})/primarycontactid/$ref`)).status, 204);
  assert.equal(
    (await api.send('GET', `accounts(${account})?$select=_primarycontactid_value`)).json._primarycontactid_value,
    null,
  );
});

test('what cannot be written is refused by name, with the right code', async () => {
  const refused: readonly (readonly [string, unknown, RegExp, string])[] = [
    [
      'contacts',
      { lastnam: 'x' },
      /'lastnam' on type 'Microsoft.Dynamics.CRM.contact'. Did you mean 'lastname'/,
      '0x80060888',
    ],
    [
      'contacts',
      { lastname: 'x', createdon: '2020-01-01T00:00:00Z' },
      /'createdon' of contact is read-only/,
      '0x80040203',
    ],
    ['contacts', { lastname: 5 }, /'lastname' takes a text \(Edm.String\), found 5/, '0x80048d19'],
    ['contacts', { lastname: 'x', birthdate: '2023-02-30' }, /'birthdate' takes a date/, '0x80048d19'],
    ['contacts', { lastname: 'x', _ownerid_value: nobody }, /ownerid@odata.bind/, '0x80040203'],
    [
      'contacts',
      { lastname: 'x', 'ownerid@odata.bind': `/accounts(${nobody})` },
      /takes a record of systemuser or team, found one of account/,
      '0x80048d19',
    ],
    [
      'contacts',
      { lastname: 'x', 'ownerid@odata.bind': 'https://evil.example/api/data/v9.2/systemusers(1)' },
      /outside this service/,
      '0x80048d19',
    ],
    ['contacts', { lastname: 'x', 'ownerid@odata.bind': '/systemuser(1)' }, /Did you mean 'systemusers'/, '0x80060888'],
    [
      'contacts',
      { lastname: 'x', 'nonsense@odata.bind': '/x(1)' },
      /navigation property named 'nonsense'/,
      '0x80060888',
    ],
    ['emails', { subject: 'x', to: ['a@b.c'] }, /email_activity_parties/, '0x80060888'],
    ['emails', { subject: 'x', mr_rawblob: 'x' }, /Could not find a property named 'mr_rawblob'/, '0x80060888'],
    [
      'emails',
      { subject: 'x', email_activity_parties: [{ addressused: 'a@b.c' }] },
      /participationtypemask/,
      '0x80048d19',
    ],
    ['emails', '{"subject": }', /line 1, column 13/, '0x80048d19'],
    ['emails', { __proto__x: 1 }, /__proto__x/, '0x80060888'],
    ['emails', '{"__proto__": {"subject": 1}}', /__proto__/, '0x80060888'],
  ];
  for (const [set, body, message, code] of refused) {
    const answer = await api.send('POST', set, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.json.error.message, message);
    assert.equal(answer.json.error.code, code, answer.json.error.message);
  }
});

test('EP-22: a secret can be written and is never read, filtered or sorted by', async () => {
  const created = await api.send('POST', 'emailserverprofiles', {
    name: 'P',
    incomingpassword: 'hunter2',
    incomingusername: 'u',
  });
  assert.equal(created.status, 204, created.text);
  const all = await api.send('GET', `emailserverprofiles(${idOf(created)})`, undefined, {
    prefer: 'odata.include-annotations="*"',
  });
  assert.equal(all.text.includes('hunter2'), false);
  assert.equal('incomingpassword' in all.json, false);
  for (const path of [
    '$select=incomingpassword',
    "$filter=incomingpassword eq 'hunter2'",
    '$orderby=incomingpassword',
  ]) {
    assert.equal((await api.send('GET', `emailserverprofiles?${path}`)).status, 400, path);
  }
  assert.equal((await api.send('GET', `emailserverprofiles(${idOf(created)})/incomingpassword`)).status, 400);
});
