import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sendEmail } from '../../src/rules/send-email.ts';
import { goodExchangeProfile, refused, useHouse } from './support.ts';

describe('users and queues', () => {
  const house = useHouse();
  const found = async (address: string) =>
    (
      await house.database.records.retrieveMultiple({
        table: 'emailsearch',
        filter: { column: 'emailaddress', operator: 'eq', value: address },
      })
    ).rows.map((row) => row.parentobjectid?.id);

  it('AR-03, EP-03, ST-02, ST-03: a new user gets the one mailbox, with default profile and delivery methods', async () => {
    const id = await house.admin.create('emailserverprofile', goodExchangeProfile);
    await house.settings({
      defaultemailserverprofileid: { table: 'emailserverprofile', id },
      mr_defaultincomingdeliverymethod: 3,
      mr_defaultoutgoingdeliverymethod: 1,
      mr_defaultactdeliverymethod: 1,
    });
    const user = await house.user('Ada');
    const row = await house.row('mailbox', user.mailboxid);
    assert.deepEqual(row.regardingobjectid, { table: 'systemuser', id: user.id });
    assert.deepEqual(row.ownerid, { table: 'systemuser', id: user.id });
    assert.equal(row.name, 'Ada Tester');
    assert.equal(row.emailaddress, 'ada@harbour.example');
    assert.equal(row.isforwardmailbox, false);
    assert.equal(row.emailserverprofile?.id, id);
    assert.deepEqual(
      [row.incomingemaildeliverymethod, row.outgoingemaildeliverymethod, row.actdeliverymethod],
      [3, 1, 1],
    );
    assert.deepEqual(
      [row.enabledforincomingemail, row.enabledforoutgoingemail, row.enabledforact],
      [false, false, false],
    );
    assert.equal(row.emailrouteraccessapproval, 2);
    const settings = await house.row('usersettings', user.id);
    assert.deepEqual([settings.incomingemailfilteringmethod, settings.issendasallowed], [1, false]);
    const queue = await house.queue('Desk');
    const ours = await house.row('mailbox', queue.mailboxid);
    assert.deepEqual(ours.regardingobjectid, { table: 'queue', id: queue.id });
    assert.deepEqual(
      [ours.incomingemaildeliverymethod, ours.outgoingemaildeliverymethod, ours.actdeliverymethod],
      [3, 0, 2],
      'MB-01: a queue takes no Outlook and no appointments',
    );
    assert.equal((await house.row('queue', queue.id)).incomingemailfilteringmethod, 0, 'PO-09');
  });

  it('AR-03, MB-06: with a POP3 default profile a new user’s mailbox carries mail only', async () => {
    await house.settings({
      defaultemailserverprofileid: { table: 'emailserverprofile', id: await house.profile() },
      mr_defaultincomingdeliverymethod: 2,
      mr_defaultoutgoingdeliverymethod: 2,
      mr_defaultactdeliverymethod: 1,
    });
    const { mailboxid } = await house.user('Mailonly');
    assert.equal((await house.row('mailbox', mailboxid)).actdeliverymethod, 2);
    await house.settings({ mr_defaultactdeliverymethod: 2 });
  });

  it('AP-07: without an address mailbox and owner start Empty', async () => {
    const user = await house.user('Noaddress', { internalemailaddress: null });
    const queue = await house.queue('Silent', { emailaddress: null });
    for (const { mailboxid } of [user, queue])
      assert.equal((await house.row('mailbox', mailboxid)).emailrouteraccessapproval, 0);
    assert.equal((await house.row('systemuser', user.id)).emailrouteraccessapproval, 0);
    assert.equal((await house.row('queue', queue.id)).emailrouteraccessapproval, 0);
  });

  for (const address of ['nonsense', 'a b@x.example', 'a@@x.example', '@x.example']) {
    it(`MB-05: the address "${address}" is refused on user and queue (80044192)`, async () => {
      await refused('80044192', house.user('Bad', { internalemailaddress: address }));
      await refused('80044192', house.queue('Bad', { emailaddress: address }));
      const { id } = await house.queue(`Good${address.length}`);
      await refused('80044192', house.admin.update('queue', id, { emailaddress: address }));
    });
  }

  it('AR-07, AP-06: a user’s new address reaches the mailbox and the address index, Pending again', async () => {
    const { id, mailboxid } = await house.user('Mover');
    await house.admin.update('mailbox', mailboxid, { emailrouteraccessapproval: 1 });
    assert.equal((await house.row('systemuser', id)).emailrouteraccessapproval, 1);
    await house.database.records.update('mailbox', mailboxid, { enabledforincomingemail: true });
    house.touched();
    await house.admin.update('systemuser', id, { internalemailaddress: 'moved@harbour.example' });
    const row = await house.row('mailbox', mailboxid);
    assert.equal(row.emailaddress, 'moved@harbour.example');
    assert.deepEqual([row.emailrouteraccessapproval, row.enabledforincomingemail], [2, false]);
    assert.equal((await house.row('systemuser', id)).emailrouteraccessapproval, 2);
    assert.deepEqual(house.touched(), [mailboxid]);
    assert.deepEqual(await found('moved@harbour.example'), [id]);
    assert.deepEqual(await found('mover@harbour.example'), []);
  });

  it('AR-07: the mailbox’s new address reaches user and queue and the address index', async () => {
    const user = await house.user('Follower');
    const queue = await house.queue('Followers');
    await house.admin.update('mailbox', user.mailboxid, { emailaddress: 'u2@harbour.example' });
    await house.admin.update('mailbox', queue.mailboxid, { emailaddress: 'q2@harbour.example' });
    assert.equal((await house.row('systemuser', user.id)).internalemailaddress, 'u2@harbour.example');
    assert.equal((await house.row('queue', queue.id)).emailaddress, 'q2@harbour.example');
    assert.deepEqual(await found('u2@harbour.example'), [user.id]);
    assert.deepEqual(await found('q2@harbour.example'), [queue.id]);
    assert.deepEqual(await found('followers@harbour.example'), []);
    await house.admin.update('mailbox', queue.mailboxid, { emailaddress: null });
    const emptied = await house.row('queue', queue.id);
    assert.deepEqual([emptied.emailaddress, emptied.emailrouteraccessapproval], [null, 0]);
  });

  it('AP-05: approval on the user or queue is the mailbox’s, and the reverse', async () => {
    const user = await house.user('Judged');
    const queue = await house.queue('Judgement');
    await house.admin.update('systemuser', user.id, { emailrouteraccessapproval: 1 });
    await house.admin.update('queue', queue.id, { emailrouteraccessapproval: 3 });
    assert.equal((await house.row('mailbox', user.mailboxid)).emailrouteraccessapproval, 1);
    assert.equal((await house.row('mailbox', queue.mailboxid)).emailrouteraccessapproval, 3);
    await house.admin.update('mailbox', queue.mailboxid, { emailrouteraccessapproval: 1 });
    assert.equal((await house.row('queue', queue.id)).emailrouteraccessapproval, 1);
  });

  it('AR-03: the first administrator has the one mailbox; its first address wants approval', async () => {
    const id = house.organization.administratorId;
    const mailboxid = (await house.row('systemuser', id)).defaultmailbox?.id ?? '';
    assert.equal((await house.row('mailbox', mailboxid)).regardingobjectid?.id, id);
    await house.admin.update('systemuser', id, { internalemailaddress: 'admin@harbour.example' });
    const row = await house.row('mailbox', mailboxid);
    assert.deepEqual([row.emailaddress, row.emailrouteraccessapproval], ['admin@harbour.example', 2]);
  });

  it('AR-03: a user made past the rules, without mailbox, gets it with the first address', async () => {
    const id = await house.database.records.create('systemuser', { fullname: 'Past Rules', domainname: 'past' });
    await house.admin.update('systemuser', id, { internalemailaddress: 'past@harbour.example' });
    const { defaultmailbox } = await house.row('systemuser', id);
    assert.equal((await house.row('mailbox', defaultmailbox?.id ?? '')).emailaddress, 'past@harbour.example');
  });

  it('MB-11: a disabled user’s mailbox is out of service; enabling the user switches no flow on', async () => {
    const { id, mailboxid } = await house.user('Leaver');
    await house.database.records.update('mailbox', mailboxid, {
      enabledforincomingemail: true,
      incomingemailstatus: 1,
    });
    house.touched();
    await house.admin.update('systemuser', id, { isdisabled: true });
    const off = await house.row('mailbox', mailboxid);
    assert.deepEqual(
      [off.statecode, off.statuscode, off.enabledforincomingemail, off.incomingemailstatus],
      [1, 2, false, 0],
    );
    assert.deepEqual(house.touched(), [mailboxid]);
    await refused('8005E273', house.admin.update('mailbox', mailboxid, { statecode: 0 }), /Leaver/);
    await house.admin.update('systemuser', id, { isdisabled: false });
    const on = await house.row('mailbox', mailboxid);
    assert.deepEqual([on.statecode, on.enabledforincomingemail], [0, false]);
  });

  it('MB-11: an inactive queue’s mailbox likewise', async () => {
    const { id, mailboxid } = await house.queue('Closing');
    await house.admin.update('queue', id, { statecode: 1 });
    assert.equal((await house.row('mailbox', mailboxid)).statecode, 1);
    await refused('8005E219', house.admin.update('mailbox', mailboxid, { statecode: 0 }));
    await house.admin.update('queue', id, { statecode: 0 });
    assert.equal((await house.row('mailbox', mailboxid)).statecode, 0);
  });

  it('AR-04: a queue goes with its mailbox, but not while mail waits in it', async () => {
    const { id, mailboxid } = await house.queue('Going');
    const emailid = await house.admin.create('email', {
      subject: 'waits',
      from: [{ partyid: { table: 'queue', id } }],
      to: [{ partyid: { table: 'systemuser', id: (await house.user('Reader')).id } }],
    });
    await house.admin.act((context) => sendEmail(context, emailid, true, undefined));
    await refused('mr_InUse', house.admin.delete('queue', id), /1 email /);
    await house.admin.update('email', emailid, { statuscode: 5 });
    await house.admin.delete('queue', id);
    assert.equal(await house.admin.retrieve('mailbox', mailboxid), undefined);
  });

  it('users are disabled, never deleted', async () => {
    const { id } = await house.user('Forever');
    await refused('mr_NotDeletable', house.admin.delete('systemuser', id), /isdisabled/);
  });

  it('the full name follows its parts', async () => {
    const { id } = await house.user('Zoë', { domainname: 'zoe', internalemailaddress: 'zoe@harbour.example' });
    await house.admin.update('systemuser', id, { lastname: 'Márquez' });
    assert.equal((await house.row('systemuser', id)).fullname, 'Zoë Márquez');
  });

  it('PO-01, PO-02: the filter option is the user’s own until an administrator locks it (8005E258)', async () => {
    const { id } = await house.user('Chooser');
    const other = await house.user('Other');
    const own = house.as(id);
    await own.update('usersettings', id, { incomingemailfilteringmethod: 4, issendasallowed: true });
    await assert.rejects(own.update('usersettings', other.id, { incomingemailfilteringmethod: 4 }), {
      code: '80040217',
    });
    await refused('80040203', own.update('usersettings', id, { incomingemailfilteringmethod: null }));
    await house.settings({
      orgdborgsettings:
        '<OrgSettings><mr_LockIncomingEmailFilteringMethod>true</mr_LockIncomingEmailFilteringMethod></OrgSettings>',
    });
    await refused('8005E258', own.update('usersettings', id, { incomingemailfilteringmethod: 0 }));
    await own.update('usersettings', id, { incomingemailfilteringmethod: 4, issendasallowed: false });
    await house.admin.update('usersettings', id, { incomingemailfilteringmethod: 0 });
    await house.settings({ orgdborgsettings: null });
    await refused('80040203', house.admin.create('usersettings', { systemuserid: id }));
    await refused('mr_NotDeletable', house.admin.delete('usersettings', id));
  });

  it('IN-10, ST-32: tracking no messages is a choice only where the organisation offers it', async () => {
    const { id } = await house.user('Quiet');
    const queue = await house.queue('Calm');
    await house.settings({
      orgdborgsettings: '<OrgSettings><DoNotAutoTrackEmail>false</DoNotAutoTrackEmail></OrgSettings>',
    });
    await refused('80040203', house.as(id).update('usersettings', id, { incomingemailfilteringmethod: 4 }));
    await refused('80040203', house.admin.update('queue', queue.id, { incomingemailfilteringmethod: 4 }));
    await refused('80040203', house.admin.create('queue', { name: 'Mute', incomingemailfilteringmethod: 4 }));
    await house.settings({ orgdborgsettings: null });
    await house.as(id).update('usersettings', id, { incomingemailfilteringmethod: 4 });
    await house.admin.update('queue', queue.id, { incomingemailfilteringmethod: 4 });
    await house.settings({
      orgdborgsettings: '<OrgSettings><DoNotAutoTrackEmail>false</DoNotAutoTrackEmail></OrgSettings>',
    });
    await house.as(id).update('usersettings', id, { incomingemailfilteringmethod: 4, issendasallowed: true });
    await house.settings({ orgdborgsettings: null });
  });
});
