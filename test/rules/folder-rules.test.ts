import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import { refused, useHouse } from './support.ts';

describe('folder tracking rules', () => {
  const house = useHouse();
  let count = 0;
  const ada = async () => {
    count += 1;
    const user = await house.user(`Ada${count}`);
    await house.admin.update('mailbox', user.mailboxid, { incomingemaildeliverymethod: 2 });
    return user;
  };
  const rule = (mailboxid: string, exchangefolderid: string, more = {}) =>
    house.admin.create('mailboxtrackingfolder', {
      mailboxid: { table: 'mailbox', id: mailboxid },
      exchangefolderid,
      ...more,
    });

  it('FT-02, FT-17: a rule needs a mailbox and a folder id, which is not checked against the server', async () => {
    const user = await ada();
    const id = await rule(user.mailboxid, 'no such folder', { exchangefoldername: 'Projects' });
    const row = await house.row('mailboxtrackingfolder', id);
    assert.equal(row.folderonboardingstatus, 0);
    assert.equal(row.mr_state, 100000000);
    assert.equal(row.ownerid?.id, user.id);
    await refused('80040203', rule(user.mailboxid, '  '));
    await assert.rejects(rule(user.mailboxid, 'x'.repeat(121)), { code: '80044331' });
  });

  it('FT-04, FT-16: a rule made or removed is not left to the clock, which seldom looks at a mailbox that is listened to', async () => {
    const user = await ada();
    const later = new Date(house.clock.now().getTime() + 900_000);
    const rows = async () =>
      house.database.sql<{ dueon: Date; wakeon: Date | null }>(
        "select dueon, wakeon from mr_mailboxlease where mailboxid = $1::uuid and work = 'incoming'",
        [user.mailboxid],
      );
    await rule(user.mailboxid, 'before it is on the schedule');
    assert.deepEqual(await rows(), []);
    await createMailboxLeases(house.database).schedule(user.mailboxid, 'incoming', later);
    const id = await rule(user.mailboxid, 'a');
    assert.deepEqual(await rows(), [{ dueon: house.clock.now(), wakeon: null }]);
    await house.database.sql("update mr_mailboxlease set worker = 'w', leaseuntil = $1", [later]);
    await house.admin.delete('mailboxtrackingfolder', id);
    assert.deepEqual((await rows())[0]?.wakeon, house.clock.now(), 'a turn in progress is followed by another');
  });

  it('FT-03: as many rules a mailbox as the organisation allows, one a folder', async () => {
    const user = await ada();
    await house.settings({ maxfolderbasedtrackingmappings: 2 });
    await rule(user.mailboxid, 'a');
    await refused('80040237', rule(user.mailboxid, 'a'));
    await rule(user.mailboxid, 'b');
    await refused('80040203', rule(user.mailboxid, 'c'));
    await house.settings({ maxfolderbasedtrackingmappings: 25 });
    await rule(user.mailboxid, 'c');
  });

  it('FT-01, QU-10: users, with server-side incoming mail and the switch on; queues by an option', async () => {
    const user = await ada();
    await house.settings({ isfolderbasedtrackingenabled: false });
    await refused('80040203', rule(user.mailboxid, 'a'));
    await house.settings({ isfolderbasedtrackingenabled: true });
    await house.admin.update('mailbox', user.mailboxid, { incomingemaildeliverymethod: 0 });
    await refused('80040203', rule(user.mailboxid, 'a'));
    const queue = await house.queue('Support');
    await house.admin.update('mailbox', queue.mailboxid, { incomingemaildeliverymethod: 2 });
    await refused('80040203', rule(queue.mailboxid, 'a'));
    await house.settings({
      orgdborgsettings: '<OrgSettings><mr_TrackFoldersOfQueues>true</mr_TrackFoldersOfQueues></OrgSettings>',
    });
    await rule(queue.mailboxid, 'a');
    await house.settings({ orgdborgsettings: null });
  });

  it('FT-16: a rule is deleted and made anew, never changed', async () => {
    const user = await ada();
    const contact = await house.admin.create('contact', { lastname: 'Tanaka' });
    const id = await rule(user.mailboxid, 'a');
    await refused(
      '8006088C',
      house.admin.update('mailboxtrackingfolder', id, { regardingobjectid: { table: 'contact', id: contact } }),
    );
    await house.admin.delete('mailboxtrackingfolder', id);
    await rule(user.mailboxid, 'a', { regardingobjectid: { table: 'contact', id: contact } });
  });

  it('FT-15, FT-21: folders may share a regarding; with the record it goes from the rules', async () => {
    const user = await ada();
    const contact = await house.admin.create('contact', { lastname: 'Tanaka' });
    const regardingobjectid = { table: 'contact', id: contact };
    const ids = [
      await rule(user.mailboxid, 'a', { regardingobjectid }),
      await rule(user.mailboxid, 'b', { regardingobjectid }),
    ];
    await house.admin.delete('contact', contact);
    for (const id of ids) assert.equal((await house.row('mailboxtrackingfolder', id)).regardingobjectid, null);
  });

  it('FT-01: a user makes rules for the own mailbox, not for that of another', async () => {
    const [own, other] = [await ada(), await ada()];
    const store = house.as(own.id);
    const make = (mailboxid: string) =>
      store.create('mailboxtrackingfolder', { mailboxid: { table: 'mailbox', id: mailboxid }, exchangefolderid: 'a' });
    await make(own.mailboxid);
    await assert.rejects(() => make(other.mailboxid));
  });
});
