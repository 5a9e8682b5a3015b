import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

const typed = (table: string, key: string, id: string) => ({
  '@odata.type': `Microsoft.Dynamics.CRM.${table}`,
  [key]: id,
});

async function scene() {
  const contact = idOf(
    await api.send('POST', 'contacts', {
      firstname: 'Mei',
      lastname: '<Tanaka>',
      emailaddress1: 'mei@northwind.example',
    }),
  );
  const queue = idOf(
    await api.send('POST', 'queues', { name: 'Support', emailaddress: `support${Math.random()}@ours.example` }),
  );
  const template = idOf(
    await api.send('POST', 'templates', {
      title: 'Welcome',
      templatetypecode: 'contact',
      subject: 'Welcome {!contact:fullname;friend}',
      body: '<p>Dear {!contact:fullname;friend}, {!contact:jobtitle;customer}</p>',
    }),
  );
  return { contact, queue, template };
}

test('a template becomes an email about a record, its values made harmless', async () => {
  const { contact, template } = await scene();
  const made = await api.send('POST', 'InstantiateTemplate', {
    TemplateId: template,
    ObjectType: 'contact',
    ObjectId: contact,
  });
  assert.equal(made.status, 200, made.text);
  const [email] = made.json.value;
  assert.equal(email.subject, 'Welcome Mei <Tanaka>');
  assert.equal(email.description, '<p>Dear Mei &lt;Tanaka&gt;, customer</p>');
  const { '@odata.type': _type, ...body } = email;
  assert.equal((await api.send('POST', 'emails', body)).status, 204, 'what it answers can be stored as it is');
  const wrong = { TemplateId: template, ObjectType: 'account', ObjectId: contact };
  assert.match(
    (await api.send('POST', 'InstantiateTemplate', wrong)).json.error.message,
    /is for contact, not for account/,
  );
});

test('ST-63: with UsePlainTextForEmailTemplateBody the body of a template loses its markup', async () => {
  const { contact, template } = await scene();
  const set = (orgdborgsettings: string | null) =>
    api.database.records.update('organization', api.organization.organizationid, { orgdborgsettings });
  await set('<OrgSettings><UsePlainTextForEmailTemplateBody>true</UsePlainTextForEmailTemplateBody></OrgSettings>');
  try {
    const made = await api.send('POST', 'InstantiateTemplate', {
      TemplateId: template,
      ObjectType: 'contact',
      ObjectId: contact,
    });
    assert.equal(made.json.value[0].description, '<div>Dear Mei &lt;Tanaka&gt;, customer</div>');
  } finally {
    await set(null);
  }
});

test('SendEmailFromTemplate makes the email and hands it to the sender', async () => {
  const { contact, queue, template } = await scene();
  const sent = await api.send('POST', 'SendEmailFromTemplate', {
    TemplateId: template,
    Regarding: typed('contact', 'contactid', contact),
    Target: {
      '@odata.type': 'Microsoft.Dynamics.CRM.email',
      email_activity_parties: [
        { 'partyid_queue@odata.bind': `/queues(${queue})`, participationtypemask: 1 },
        { 'partyid_contact@odata.bind': `/contacts(${contact})`, participationtypemask: 2 },
      ],
    },
  });
  assert.equal(sent.status, 200, sent.text);
  const email = await api.send('GET', `emails(${sent.json.Id})?$select=subject,statuscode,_regardingobjectid_value`);
  assert.deepEqual(
    [email.json.subject, email.json.statuscode, email.json._regardingobjectid_value],
    ['Welcome Mei <Tanaka>', 6, contact],
  );
});

test('SendTemplate sends one email a recipient, all or none', async () => {
  const { contact, queue, template } = await scene();
  const send = (recipients: readonly unknown[]) =>
    api.send('POST', 'SendTemplate', {
      TemplateId: template,
      Sender: typed('queue', 'queueid', queue),
      Recipients: recipients,
      Regarding: typed('contact', 'contactid', contact),
    });
  const count = async () => Number((await api.send('GET', 'emails/$count')).text.replace(/\D/g, ''));
  const before = await count();
  const done = await send([typed('contact', 'contactid', contact), typed('contact', 'contactid', contact)]);
  assert.equal(done.status, 204, done.text);
  assert.equal(await count(), before + 2);
  const missing = typed('contact', 'contactid', '00000000-0000-0000-0000-000000000009');
  assert.ok((await send([typed('contact', 'contactid', contact), missing])).status >= 400);
  assert.equal(await count(), before + 2);
  assert.match((await send([])).json.error.message, /at least one/);
});

test('CO-20, CO-21: GetTrackingTokenEmail takes the next token of the caller', async () => {
  const take = async () => (await api.send('POST', 'GetTrackingTokenEmail', { Subject: 'x' })).json.TrackingToken;
  const [one, two] = [await take(), await take()];
  assert.match(one, /^CRM:0\d{6}$/);
  assert.equal(Number(two.slice(4)) - Number(one.slice(4)), 1);
});

test('RetrieveCurrentOrganization tells where the service is, in the spelling clients use', async () => {
  const answer = await api.send(
    'GET',
    "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
  );
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.Detail.OrganizationId, api.organization.organizationid);
  assert.equal(answer.json.Detail.Endpoints.Values[1], 'http://mailroom.test/api/data/v9.2/');
});

test('FT-02: RetrieveMailboxTrackingFolders lists the folder rules of a mailbox', async () => {
  const { contact } = await scene();
  const mailboxes = await api.send(
    'GET',
    `mailboxes?$select=mailboxid&$filter=_regardingobjectid_value eq ${api.userId}`,
  );
  const mailboxid = mailboxes.json.value[0].mailboxid;
  await api.send('PATCH', `mailboxes(${mailboxid})`, { incomingemaildeliverymethod: 2 });
  const made = await api.send('POST', 'mailboxtrackingfolders', {
    'mailboxid@odata.bind': `/mailboxes(${mailboxid})`,
    exchangefolderid: 'AAMk',
    exchangefoldername: 'Northwind',
    'regardingobjectid_contact@odata.bind': `/contacts(${contact})`,
  });
  assert.equal(made.status, 204, made.text);
  const folders = await api.send('GET', `RetrieveMailboxTrackingFolders(MailboxId=@m)?@m='${mailboxid}'`);
  assert.deepEqual(folders.json.MailboxTrackingFolderMappings, [
    {
      ExchangeFolderId: 'AAMk',
      ExchangeFolderName: 'Northwind',
      RegardingObjectId: contact,
      RegardingObjectName: 'Mei <Tanaka>',
      RegardingObjectTypeCode: 2,
      IsFolderOnboarded: false,
    },
  ]);
});

test('RetrievePrincipalSyncAttributeMappings answers the mappings of a user', async () => {
  await api.send('POST', 'principalsyncattributemaps', {
    principalid: api.userId,
    mappingname: 'subject',
    attributecrmname: 'subject',
    attributeexchangename: 'Subject',
    syncdirection: 1,
    entitytypecode: 'appointment',
  });
  const path = `systemusers(${api.userId})/Microsoft.Dynamics.CRM.RetrievePrincipalSyncAttributeMappings()`;
  const answer = await api.send('GET', path);
  assert.equal(answer.status, 200, answer.text);
  const all: readonly { MappingName: string; EntityTypeCode: number; SyncDirection: number }[] =
    answer.json.AttributeMappings;
  const of = (code: number) => all.find((one) => one.MappingName === 'subject' && one.EntityTypeCode === code);
  assert.equal(of(4201)?.SyncDirection, 1, 'the own one');
  assert.equal(of(4212)?.SyncDirection, 3, 'the one of the organisation');
});
