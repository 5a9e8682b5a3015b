import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { PartyMask } from '../../src/tables/choices.ts';
import { runMailroom } from '../support/command-line.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { type Answer, idOf } from '../support/web-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

const contactType = 'Microsoft.Dynamics.CRM.contact';
const code = (answer: Answer): string => answer.json.error?.code ?? '';

/** A received email from an address nobody has. */
async function received(address: string, mask: number = PartyMask.from): Promise<{ id: string; partyId: string }> {
  const id = await api.database.records.create('email', {
    subject: 'Hello',
    directioncode: false,
    statecode: 1,
    statuscode: 4,
    sender: address,
    isduplicatesenderunresolved: true,
    ownerid: { table: 'systemuser', id: api.userId },
  });
  const partyId = await api.database.records.create('activityparty', {
    activityid: { table: 'email', id },
    participationtypemask: mask,
    addressused: address,
    unresolvedpartyname: 'Nora New',
    ispartydeleted: false,
  });
  return { id, partyId };
}

async function party(id: string): Promise<RecordOf<'activityparty'>> {
  return (await api.database.records.retrieve('activityparty', id)) ?? {};
}

const similar = (isOn: boolean): Promise<unknown> =>
  api.database.records.update('organization', api.organization.organizationid, {
    resolvesimilarunresolvedemailaddress: isOn,
  });

test('AD-13: a party of a received email is resolved by hand; with ST-14 off that one alone', async () => {
  await similar(false);
  const [one, other] = [await received('nora@new.example'), await received('nora@new.example')];
  const contact = idOf(await api.send('POST', 'contacts', { lastname: 'Nora' }));
  const answer = await api.send('PATCH', `activityparties(${one.partyId})`, {
    'partyid_contact@odata.bind': `/contacts(${contact})`,
  });
  assert.equal(answer.status, 204, answer.text);
  const row = await party(one.partyId);
  assert.deepEqual([row.partyid?.id, row.addressused, row.unresolvedpartyname], [contact, 'nora@new.example', null]);
  const email = await api.database.records.retrieve('email', one.id);
  assert.deepEqual([email?.emailsender?.id, email?.isduplicatesenderunresolved], [contact, false]);
  assert.equal((await party(other.partyId)).partyid, null);
  const again = await api.send('PATCH', `activityparties(${one.partyId})`, {
    'partyid_contact@odata.bind': `/contacts(${contact})`,
  });
  assert.deepEqual([again.status, code(again)], [400, 'mr_EmailClosed'], 'a resolved party stays');
});

test('AD-14: with ST-14 on the decision counts for all mail of the address', async () => {
  await similar(true);
  const mails = [
    await received('olga@new.example'),
    await received('OLGA@new.example', PartyMask.cc),
    await received('other@new.example'),
  ];
  const account = idOf(await api.send('POST', 'accounts', { name: 'Olga Ltd', emailaddress2: 'olga@new.example' }));
  const answer = await api.send('PATCH', `activityparties(${mails[0]?.partyId})`, {
    'partyid_account@odata.bind': `/accounts(${account})`,
  });
  assert.equal(answer.status, 204, answer.text);
  const rows = await Promise.all(mails.map((mail) => party(mail.partyId)));
  assert.deepEqual(
    rows.map((row) => [row.partyid?.id ?? null, row.addressusedemailcolumnnumber ?? null]),
    [
      [account, 2],
      [account, 2],
      [null, null],
    ],
  );
  const email = await api.database.records.retrieve('email', mails[0]?.id ?? '');
  assert.equal(email?.sendersaccount?.id, account);
});

test('AD-14: one action makes a contact of an address, resolves all its mail and keeps the address', async () => {
  const mails = [await received('pia.pond@new.example'), await received('pia.pond@new.example', PartyMask.to)];
  const answer = await api.send('POST', 'mr_ResolveAddress', {
    Address: 'pia.pond@new.example',
    CreateAs: 'contact',
    Name: 'Pond, Pia',
  });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([answer.json.RecordType, answer.json.Resolved], ['contact', 2]);
  const contact = await api.database.records.retrieve('contact', answer.json.RecordId);
  assert.deepEqual([contact?.fullname, contact?.emailaddress1], ['Pia Pond', 'pia.pond@new.example']);
  for (const mail of mails) assert.equal((await party(mail.partyId)).partyid?.id, answer.json.RecordId);
  const known = await api.database.records.count('emailsearch', {
    column: 'emailaddress',
    operator: 'eq',
    value: 'pia.pond@new.example',
  });
  assert.equal(known, 1, 'new mail resolves');
  const repeated = await api.send('POST', 'mr_ResolveAddress', {
    Address: 'pia.pond@new.example',
    Target: { '@odata.type': contactType, contactid: answer.json.RecordId },
  });
  assert.equal(repeated.json.Resolved, 0);
});

test('mr_ResolveAddress: an existing record, with or without the address; leads; bad input is told', async () => {
  await received('quin@new.example');
  const full = { emailaddress1: 'a@x.example', emailaddress2: 'b@x.example', emailaddress3: 'c@x.example' };
  const contact = idOf(await api.send('POST', 'contacts', { lastname: 'Quin', ...full }));
  const target = { '@odata.type': contactType, contactid: contact };
  const answer = await api.send('POST', 'mr_ResolveAddress', { Address: 'quin@new.example', Target: target });
  assert.deepEqual([answer.json.Resolved, answer.json.RecordId], [1, contact], answer.text);
  await received('rob@new.example');
  const lead = await api.send('POST', 'mr_ResolveAddress', {
    Address: 'rob@new.example',
    CreateAs: 'lead',
    KeepAddress: false,
  });
  const row = await api.database.records.retrieve('lead', lead.json.RecordId);
  assert.deepEqual([row?.lastname, row?.emailaddress1], ['rob', null]);
  for (const [body, expected] of [
    [{ Address: 'rob@new.example' }, '0x80040203'],
    [{ Address: 'rob@new.example', CreateAs: 'team' }, '0x80040203'],
    [{ Address: 'no address', CreateAs: 'lead' }, '0x80044192'],
    [{ Address: 'rob@new.example', Target: { '@odata.type': contactType } }, '0x80040203'],
  ] as const) {
    const refused = await api.send('POST', 'mr_ResolveAddress', body);
    assert.deepEqual([refused.status, code(refused)], [400, expected], refused.text);
  }
  const leads = await api.database.records.count('lead');
  assert.equal(leads, 1, 'a refused request leaves nothing behind');
});

test('AD-14: the command line lists unresolved addresses and resolves one', async () => {
  await received('sue@new.example');
  await received('sue@new.example');
  const run = async (...args: string[]) => {
    const settings = { MAILROOM_DATABASE_URL: api.url, MAILROOM_SECRET_KEY: '07'.repeat(32) };
    const stdout = await runMailroom(settings, '--json', 'address', ...args);
    return JSON.parse(stdout);
  };
  const before = await run('list');
  const listed = before.find((row: { address: string }) => row.address === 'sue@new.example');
  assert.equal(listed?.parties, '2');
  const done = await run('resolve', 'sue@new.example', '--create', 'contact', '--name', 'Sue Summer');
  assert.equal(done.resolved, 2);
  const after = await run('list');
  assert.equal(
    after.some((row: { address: string }) => row.address === 'sue@new.example'),
    false,
  );
});
