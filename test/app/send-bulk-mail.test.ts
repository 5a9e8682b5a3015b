import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

let web: WholeWeb;
let template: string;
let me: string;
const contacts: string[] = [];
before(async () => {
  web = await openWholeWeb();
  const profile = idOf(
    await web.send(
      'POST',
      'emailserverprofiles',
      {
        ...{
          name: 'Out',
          servertype: 1,
          incomingserverlocation: 'pop.ours.example',
          outgoingserverlocation: 'smtp.ours.example',
        },
        ...{ incomingcredentialretrieval: 0, outgoingcredentialretrieval: 0 },
      },
      web.adminBearer,
    ),
  );
  const user = await web.database.records.retrieve('systemuser', web.organization.administratorId, ['defaultmailbox']);
  await web.database.records.update('systemuser', web.organization.administratorId, {
    internalemailaddress: 'admin@ours.example',
    emailrouteraccessapproval: 1,
  });
  await web.database.records.update('mailbox', user?.defaultmailbox?.id ?? '', {
    emailaddress: 'admin@ours.example',
    emailrouteraccessapproval: 1,
    outgoingemaildeliverymethod: 2,
    enabledforoutgoingemail: true,
    emailserverprofile: { table: 'emailserverprofile', id: profile },
  });
  me = web.organization.administratorId;
  template = idOf(
    await web.send(
      'POST',
      'templates',
      {
        ...{
          title: 'News',
          subject: 'News for you',
          body: '<p>Dear customer, we moved.</p>',
          templatetypecode: 'contact',
        },
        ...{ languagecode: 1033, ispersonal: false },
      },
      { ...web.adminBearer },
    ),
  );
  for (const [lastname, more] of [
    ['Ahlers', { emailaddress1: 'ahlers@b.example' }],
    ['Berg', { emailaddress1: 'berg@b.example', donotbulkemail: true }],
    ['Cohn', { emailaddress1: 'cohn@b.example' }],
    ['Dahl', {}],
  ] as const)
    contacts.push(await web.admin.create('contact', { lastname, jobtitle: 'buyer', ...more }));
});
after(() => web.close());

const header = { prefer: 'return=representation' };

const buyers =
  '<fetch><entity name="contact"><filter><condition attribute="jobtitle" operator="eq" value="buyer"/></filter></entity></fetch>';

const send = (query: object | undefined, regarding = contacts[0]) =>
  web.send(
    'POST',
    'SendBulkMail',
    {
      Sender: { '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', systemuserid: me },
      TemplateId: template,
      RegardingType: 'contact',
      RegardingId: regarding,
      ...(query === undefined ? {} : { Query: query }),
    },
    { ...web.adminBearer, ...header },
  );

async function waiting(): Promise<readonly string[]> {
  const { rows } = await web.database.records.retrieveMultiple({
    table: 'activityparty',
    columns: ['partyid', 'addressused'],
    filter: { column: 'participationtypemask', operator: 'eq', value: 2 },
  });
  return rows.map((row) => row.addressused ?? '').sort();
}

test('OU-18: SendBulkMail makes an email in Pending Send for each selected record; who declines or has no address is left out', async () => {
  const done = await send({ '@odata.type': 'Microsoft.Dynamics.CRM.FetchExpression', Query: buyers });
  assert.equal(done.status, 204, done.text);
  assert.deepEqual(await waiting(), ['ahlers@b.example', 'cohn@b.example']);
  const { rows } = await web.database.records.retrieveMultiple({
    table: 'email',
    columns: ['subject', 'statuscode', 'regardingobjectid', 'directioncode'],
  });
  assert.equal(rows.length, 2);
  for (const row of rows) {
    assert.equal(row.subject, 'News for you');
    assert.equal(row.statuscode, 6);
    assert.equal(row.directioncode, true);
    assert.equal(row.regardingobjectid?.id, contacts[0]);
  }
});

test('OU-18: without a query the regarding record is written to; QueryExpression selects as FetchXML does', async () => {
  assert.equal((await send(undefined)).status, 204);
  assert.deepEqual(await waiting(), ['ahlers@b.example', 'ahlers@b.example', 'cohn@b.example']);
  const criteria = { Conditions: [{ AttributeName: 'lastname', Operator: 'Equal', Values: ['Cohn'] }] };
  assert.equal((await send({ EntityName: 'contact', Criteria: criteria })).status, 204);
  assert.equal((await waiting()).filter((address) => address === 'cohn@b.example').length, 2);
});

test('bad input: another table, an unknown template and a call that reaches nobody are refused in plain words', async () => {
  const table = await send({ Query: '<fetch><entity name="queue"/></fetch>' });
  assert.equal(table.status, 400, table.text);
  assert.match(table.json.error.message, /account, contact, lead, systemuser/);
  const nobody = await send(undefined, contacts[3]);
  assert.equal(nobody.status, 400, nobody.text);
  assert.match(nobody.json.error.message, /address/i);
  template = '00000000-0000-0000-0000-000000000009';
  assert.equal((await send(undefined)).status, 404);
});
