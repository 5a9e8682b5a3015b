import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPerson, type NewPerson, personToCreate } from '../../../src/pipelines/incoming/create-person.ts';
import { lookUpAddresses } from '../../../src/pipelines/parties.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { seeded, seedOrganisation } from '../../support/organisation.ts';

let house: TestDatabase;
before(async () => {
  house = await openTestDatabase();
  await seedOrganisation(house.database);
});
after(() => house.close());

const person = (address: string, more: Partial<NewPerson> = {}): NewPerson => ({
  table: 'contact',
  sender: { name: 'Nora New', address },
  owner: { table: 'systemuser', id: seeded.ben },
  subject: 'A question',
  resolvesSimilar: true,
  ...more,
});

test('AD-16: ST-30 and the option of the user decide', () => {
  assert.deepEqual(
    [0, 1, 2, null, undefined].map((option) => personToCreate(true, option)),
    [undefined, 'contact', 'lead', undefined, undefined],
  );
  assert.equal(personToCreate(false, 1), undefined);
});

test('AD-16: a contact is made, found by its address from then on, and earlier mail of it resolved', async () => {
  const { database } = house;
  const email = await database.records.create('email', { subject: 'Before', directioncode: false });
  await database.records.createMany('activityparty', [
    { activityid: { table: 'email', id: email }, participationtypemask: 1, addressused: 'Nora@new.example' },
  ]);
  const match = await database.transaction((scope) => createPerson(scope, person('nora@new.example')));
  const row = await database.records.retrieve('contact', match.id);
  assert.deepEqual(
    [row?.firstname, row?.lastname, row?.fullname, row?.emailaddress1, row?.ownerid?.id],
    ['Nora', 'New', 'Nora New', 'nora@new.example', seeded.ben],
  );
  assert.equal((await lookUpAddresses(database, ['nora@new.example'])).get('nora@new.example')?.[0]?.id, match.id);
  assert.equal((await database.records.retrieve('email', email))?.emailsender?.id, match.id);
});

test('AD-16: a lead takes the subject as its topic', async () => {
  const long = 'x'.repeat(90);
  const match = await house.database.transaction((scope) =>
    createPerson(scope, person('lena@new.example', { table: 'lead', subject: long })),
  );
  const row = await house.database.records.retrieve('lead', match.id);
  assert.deepEqual([match.table, row?.subject], ['lead', long.slice(0, 50)]);
});

test('AD-16: two workers make one person', async () => {
  const { database } = house;
  const made = await Promise.all(
    [1, 2, 3].map(() => database.transaction((scope) => createPerson(scope, person('twin@new.example')))),
  );
  assert.equal(new Set(made.map((match) => match.id)).size, 1);
});
