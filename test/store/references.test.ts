import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { indexAddresses, indexAddressesOfRows, removeAddresses } from '../../src/store/address-index.ts';
import { checkAccess } from '../../src/store/check-access.ts';
import { assertReferences } from '../../src/store/references.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('references, addresses, access', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
  });
  after(() => test.close());

  it('a lookup or party must point at a row that exists', async () => {
    const { database } = test;
    const contact = { table: 'contact', id: await database.records.create('contact', {}) };
    const task = { table: 'activitypointer', id: await database.records.create('task', {}) };
    await assertReferences(database, 'email', {
      subject: 'x',
      ownerid: null,
      to: [{ partyid: contact }, { addressused: 'a@b' }],
    });
    await assertReferences(database, 'activityparty', {
      activityid: task,
      partyid: { ...contact, id: contact.id.toUpperCase() },
    });
    await assertReferences(database, 'email', {});
    const lost = { table: 'account', id: randomUUID() };
    const missing = { code: '80040217', message: new RegExp(`email\\.regardingobjectid refers to account ${lost.id}`) };
    await assert.rejects(assertReferences(database, 'email', { regardingobjectid: lost }), missing);
    await assert.rejects(
      assertReferences(database, 'email', { cc: [{ partyid: contact }, { partyid: lost }] }),
      /email\.cc/,
    );
    await assert.rejects(assertReferences(database, 'email', { regardingobjectid: 'x' }), { code: '80040203' });
  });

  it('AD-03: email addresses of a row are found by the index, as long as the row has them', async () => {
    const { database } = test;
    const { records } = database;
    const user = await records.create('systemuser', {});
    const contactid = await records
      .as(user)
      .create('contact', { emailaddress1: ' Ada@X.example ', emailaddress3: 'ada@y.example' });
    await indexAddresses(database, 'contact', contactid, {});
    await indexAddresses(database, 'contact', contactid, {});
    const find = async (value: string) =>
      (
        await records.retrieveMultiple({
          table: 'emailsearch',
          filter: { column: 'emailaddress', operator: 'eq', value },
        })
      ).rows;
    const [found, ...rest] = await find('ADA@y.example');
    assert.deepEqual(rest, []);
    assert.deepEqual(found?.parentobjectid, { table: 'contact', id: contactid });
    assert.deepEqual([found?.mr_columnnumber, found?.mr_isinactive, found?.mr_ownerid], [3, false, user]);
    assert.equal((await find('ada@x.example')).length, 1);
    await records.update('contact', contactid, { statecode: 1, emailaddress3: '' });
    await indexAddressesOfRows(database, 'contact', [contactid]);
    assert.equal((await find('ada@y.example')).length, 0);
    assert.equal((await find('ada@x.example'))[0]?.mr_isinactive, true);
    await removeAddresses(database, 'contact', contactid);
    assert.equal((await find('ada@x.example')).length, 0);
    await indexAddresses(database, 'contact', contactid);
    await records.delete('contact', contactid);
    assert.equal(await records.count('emailsearch'), 0);
  });

  it('callers may not write columns that are not theirs', () => {
    assert.deepEqual(checkAccess('email', { subject: 'x', emailtrackingid: randomUUID() }, 'create'), []);
    const refused = checkAccess('email', { senton: new Date(), mr_identity: 'x', statecode: 0, nosuch: 1 }, 'create');
    assert.deepEqual(
      refused.map((error) => error.message.split(' ')[0]),
      ['email.senton', 'email.mr_identity', 'email.statecode', 'email.nosuch'],
    );
    assert.equal(checkAccess('email', { emailtrackingid: randomUUID(), statecode: 1 }, 'update').length, 1);
    assert.deepEqual(checkAccess('mailbox', { password: 'x' }, 'update'), []);
  });
});
