import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyDefaultEmailSettings } from '../../src/rules/apply-default-email-settings.ts';
import { convertToForwardMailbox } from '../../src/rules/convert-to-forward-mailbox.ts';
import { giveMailbox } from '../../src/rules/give-mailbox.ts';
import { sendEmail } from '../../src/rules/send-email.ts';
import { refused, useHouse } from './support.ts';

describe('actions on mailboxes', () => {
  const house = useHouse();
  const give = (mailboxid: string, to: string, isConfirmed: boolean) =>
    house.admin.act((context) => giveMailbox(context, mailboxid, to, isConfirmed));

  it('MB-13: default email settings overwrite profile and delivery methods and schedule the test', async () => {
    const profile = { table: 'emailserverprofile', id: await house.profile() };
    const user = await house.user('Uma');
    const queue = await house.queue('Quay');
    const forward = await house.admin.create('mailbox', { name: 'Fwd', emailaddress: 'fwd@forward.example' });
    await house.admin.update('mailbox', user.mailboxid, { incomingemaildeliverymethod: 0 });
    await house.settings({
      defaultemailserverprofileid: profile,
      mr_defaultincomingdeliverymethod: 2,
      mr_defaultoutgoingdeliverymethod: 1,
      mr_defaultactdeliverymethod: 0,
    });
    const all = [user.mailboxid, queue.mailboxid, forward];
    house.touched();
    await house.admin.act((context) => applyDefaultEmailSettings(context, all, true));
    const methods = async (id: string) => {
      const row = await house.row('mailbox', id);
      assert.equal(row.emailserverprofile?.id, profile.id);
      assert.equal(row.testemailconfigurationscheduled, true);
      return [row.incomingemaildeliverymethod, row.outgoingemaildeliverymethod, row.actdeliverymethod];
    };
    assert.deepEqual(await methods(user.mailboxid), [2, 1, 0]);
    assert.deepEqual(await methods(queue.mailboxid), [2, 0, 2], 'MB-01 for queues');
    assert.deepEqual(await methods(forward), [2, 0, 2], 'MB-01 for forward mailboxes');
    assert.deepEqual([...house.touched()].sort(), [...all].sort());
  });

  it('MB-13: the test can be deselected; users may not apply the settings', async () => {
    const { id, mailboxid } = await house.user('Vera');
    await house.admin.act((context) => applyDefaultEmailSettings(context, [mailboxid], false));
    assert.equal((await house.row('mailbox', mailboxid)).testemailconfigurationscheduled ?? false, false);
    await refused(
      '80040220',
      house.as(id).act((context) => applyDefaultEmailSettings(context, [mailboxid], true)),
    );
  });

  it('MB-12: only a mailbox of nobody becomes a forward mailbox (8005E207)', async () => {
    const { id, mailboxid } = await house.user('Wim');
    const convert = (mailbox: string) => house.admin.act((context) => convertToForwardMailbox(context, mailbox));
    await refused('8005E207', convert(mailboxid), /user/);
    const orphan = await house.database.records.create('mailbox', {
      name: 'Orphan',
      emailaddress: 'orphan@harbour.example',
      isforwardmailbox: false,
      incomingemaildeliverymethod: 3,
      outgoingemaildeliverymethod: 2,
      actdeliverymethod: 1,
    });
    await convert(orphan);
    const row = await house.row('mailbox', orphan);
    assert.deepEqual(
      [row.isforwardmailbox, row.incomingemaildeliverymethod, row.outgoingemaildeliverymethod, row.actdeliverymethod],
      [true, 0, 0, 2],
    );
    const bare = await house.database.records.create('mailbox', { name: 'Bare', isforwardmailbox: false });
    await refused('8005E211', convert(bare));
    await refused(
      '80040220',
      house.as(id).act((context) => convertToForwardMailbox(context, mailboxid)),
    );
  });

  it('AR-05, AR-04: giving a mailbox to another user needs confirmation and takes it from the former', async () => {
    const ann = await house.user('Ann');
    const ben = await house.user('Ben');
    await house.database.records.update('mailbox', ann.mailboxid, {
      enabledforincomingemail: true,
      incomingemailstatus: 1,
      emailrouteraccessapproval: 1,
      username: 'ann',
      password: 'secret-of-ann',
      ispasswordset: true,
    });
    await refused('mr_ConfirmationNeeded', give(ann.mailboxid, ben.id, false), /Confirm/);
    await give(ann.mailboxid, ben.id, true);
    const [annNow, benNow] = [await house.row('systemuser', ann.id), await house.row('systemuser', ben.id)];
    assert.deepEqual([annNow.internalemailaddress, annNow.defaultmailbox?.id], [null, ben.mailboxid]);
    assert.deepEqual([benNow.internalemailaddress, benNow.defaultmailbox?.id], ['ann@harbour.example', ann.mailboxid]);
    const given = await house.row('mailbox', ann.mailboxid);
    assert.deepEqual([given.regardingobjectid?.id, given.ownerid?.id], [ben.id, ben.id]);
    assert.deepEqual(
      [given.emailaddress, given.emailrouteraccessapproval, given.enabledforincomingemail, given.incomingemailstatus],
      ['ann@harbour.example', 2, false, 0],
    );
    assert.deepEqual([given.username, given.ispasswordset], [null, false], 'credentials of the former user end');
    const left = await house.row('mailbox', ben.mailboxid);
    assert.deepEqual(
      [left.regardingobjectid?.id, left.emailaddress, left.emailrouteraccessapproval],
      [ann.id, null, 0],
    );
  });

  it('AR-05, SA-04: mail that waits stays with its sender', async () => {
    const cleo = await house.user('Cleo');
    const dirk = await house.user('Dirk');
    const waiting = async (sender: string) => {
      const id = await house.admin.create('email', {
        subject: 'waits',
        from: [{ partyid: { table: 'systemuser', id: sender } }],
        to: [{ partyid: { table: 'systemuser', id: sender } }],
      });
      await house.admin.act((context) => sendEmail(context, id, true, undefined));
      return id;
    };
    const [ofCleo, ofDirk] = [await waiting(cleo.id), await waiting(dirk.id)];
    await give(cleo.mailboxid, dirk.id, true);
    assert.equal((await house.row('email', ofCleo)).sendermailboxid?.id, dirk.mailboxid);
    assert.equal((await house.row('email', ofDirk)).sendermailboxid?.id, cleo.mailboxid);
    await house.database.records.update('email', ofDirk, { statuscode: 7 });
    await refused('mr_InUse', give(cleo.mailboxid, cleo.id, true));
  });

  it('AR-05: only mailboxes of users are given, by administrators', async () => {
    const user = await house.user('Elsa');
    const queue = await house.queue('Yard');
    await refused('8005E207', give(queue.mailboxid, user.id, true));
    await refused(
      '80040220',
      house.as(user.id).act((context) => giveMailbox(context, user.mailboxid, user.id, true)),
    );
    await refused('80040203', give(user.mailboxid, house.organization.systemUserId, true));
  });
});
