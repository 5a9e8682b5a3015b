import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type AddressMatch,
  lookUpAddresses,
  type ResolveRules,
  resolveRecipient,
  resolveSender,
} from '../../src/pipelines/parties.ts';
import { indexAddresses } from '../../src/store/address-index.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { seeded, seedOrganisation } from '../support/organisation.ts';

const rules: ResolveRules = {
  resolveInactive: false,
  unresolveSender: false,
  unresolveRecipients: false,
  preferredOwnerId: undefined,
};

const match = (table: string, id: string, more: Partial<AddressMatch> = {}): AddressMatch => ({
  table,
  id,
  columnNumber: 1,
  isInactive: false,
  ownerId: null,
  ...more,
});

test('AD-01: user, contact, account, lead, team, business unit, then the rest', () => {
  const order = ['systemuser', 'contact', 'account', 'lead', 'team', 'businessunit', 'queue'];
  const matches = [...order].reverse().map((table) => match(table, table));
  for (let taken = 0; taken < order.length; taken += 1) {
    const left = matches.filter((one) => order.indexOf(one.table) >= taken);
    assert.equal(resolveSender(left, rules).match?.table, order[taken]);
  }
});

test('AD-02: within a table the row of the preferred owner', () => {
  const matches = [match('contact', 'a', { ownerId: 'x' }), match('contact', 'b', { ownerId: 'me' })];
  assert.equal(resolveSender(matches, { ...rules, preferredOwnerId: 'me' }).match?.id, 'b');
  const user = match('systemuser', 'u', { ownerId: 'u' });
  assert.equal(resolveSender([...matches, user], { ...rules, preferredOwnerId: 'me' }).match?.id, 'u');
});

test('AD-04: more than 100 matches stay unresolved', () => {
  const matches = Array.from({ length: 101 }, (_, index) => match('contact', `c${index}`));
  assert.equal(resolveSender(matches, rules).match, undefined);
  assert.deepEqual(resolveRecipient(matches, rules), []);
  assert.ok(resolveSender(matches.slice(1), rules).match);
});

test('AD-06: with ST-43 several matches stay unresolved and say so', () => {
  const two = [match('contact', 'a'), match('account', 'b')];
  const strict = { ...rules, unresolveSender: true };
  assert.deepEqual([resolveSender(two, strict).match, resolveSender(two, strict).isDuplicate], [undefined, true]);
  assert.equal(resolveSender(two.slice(1), strict).match?.id, 'b');
});

test('AD-07, ST-42: one match counts whatever its state; of several the inactive ones do not', () => {
  const inactive = match('contact', 'old', { isInactive: true });
  assert.equal(resolveSender([inactive], rules).match?.id, 'old');
  assert.equal(resolveSender([inactive, match('account', 'a')], rules).match?.id, 'a');
  assert.equal(resolveSender([inactive, match('account', 'a')], { ...rules, resolveInactive: true }).match?.id, 'old');
});

test('AD-07: disabled users never match', () => {
  assert.equal(resolveSender([match('systemuser', 'u', { isInactive: true })], rules).match, undefined);
  assert.deepEqual(resolveRecipient([match('systemuser', 'u', { isInactive: true })], rules), []);
});

test('AD-10, AD-11: a party for every match, or none with ST-13', () => {
  const two = [match('account', 'b'), match('contact', 'a')];
  assert.deepEqual(
    resolveRecipient(two, rules).map((one) => one.id),
    ['a', 'b'],
  );
  assert.deepEqual(resolveRecipient(two, { ...rules, unresolveRecipients: true }), []);
  assert.equal(resolveRecipient(two.slice(1), { ...rules, unresolveRecipients: true }).length, 1);
});

describe('the address book', () => {
  let house: TestDatabase;
  before(async () => {
    house = await openTestDatabase();
    await seedOrganisation(house.database);
  });
  after(() => house.close());

  test('AD-03, AD-05: found by any address column, without regard to case', async () => {
    const { database } = house;
    await database.records.update('contact', seeded.carla, { emailaddress3: 'CARLA@Home.Example' });
    await indexAddresses(database, 'contact', seeded.carla);
    const book = await lookUpAddresses(database, ['carla@home.example', 'nobody@x.example']);
    assert.deepEqual(
      book.get('carla@home.example')?.map((one) => [one.table, one.id, one.columnNumber, one.ownerId]),
      [['contact', seeded.carla, 3, seeded.anna]],
    );
    assert.equal(book.has('nobody@x.example'), false);
  });

  test('AD-05: an internationalised domain is found in either form', async () => {
    const { database } = house;
    await database.records.update('account', seeded.customer, { emailaddress2: 'post@xn--mller-kva.example' });
    await indexAddresses(database, 'account', seeded.customer);
    const book = await lookUpAddresses(database, ['post@müller.example']);
    assert.equal(book.get('post@müller.example')?.[0]?.id, seeded.customer);
  });

  test('AD-17: a changed address finds the record by its new one only', async () => {
    const { database } = house;
    await database.records.update('lead', seeded.lea, { emailaddress1: 'new@lead.example' });
    await indexAddresses(database, 'lead', seeded.lea);
    const book = await lookUpAddresses(database, ['lea@lead.example', 'new@lead.example']);
    assert.deepEqual([...book.keys()], ['new@lead.example']);
  });
});
