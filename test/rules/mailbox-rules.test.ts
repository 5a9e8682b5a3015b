import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { goodExchangeProfile, refused, useHouse } from './support.ts';

type Mailbox = RecordOf<'mailbox'>;

const enabled: Mailbox = {
  enabledforincomingemail: true,
  enabledforoutgoingemail: true,
  enabledforact: true,
  incomingemailstatus: 1,
  outgoingemailstatus: 1,
  actstatus: 1,
  mailboxstatus: 1,
  emailrouteraccessapproval: 1,
};

describe('mailboxes', () => {
  const house = useHouse();
  let count = 0;
  const nextName = () => `Box${++count}`;
  const forward = (values: Mailbox = {}) =>
    house.admin.create('mailbox', { name: 'Forward', emailaddress: `${nextName()}@forward.example`, ...values });

  /** MB-01: incoming 0-3, outgoing 0-2, ACT 0-2; what is not listed is allowed. */
  const columns = ['incomingemaildeliverymethod', 'outgoingemaildeliverymethod', 'actdeliverymethod'] as const;
  const matrix: readonly {
    readonly kind: 'user' | 'queue' | 'forward';
    readonly refusals: Readonly<Record<(typeof columns)[number], Readonly<Record<number, string>>>>;
  }[] = [
    {
      kind: 'user',
      refusals: { incomingemaildeliverymethod: {}, outgoingemaildeliverymethod: {}, actdeliverymethod: {} },
    },
    {
      kind: 'queue',
      refusals: {
        incomingemaildeliverymethod: { 1: '8005E210' },
        outgoingemaildeliverymethod: { 1: '8005E210' },
        actdeliverymethod: { 0: '8005E247', 1: '8005E247' },
      },
    },
    {
      kind: 'forward',
      refusals: {
        incomingemaildeliverymethod: { 1: '8005E212', 3: '8005E212' },
        outgoingemaildeliverymethod: { 1: '8005E213', 2: '8005E213' },
        actdeliverymethod: { 0: '8005E247', 1: '8005E247' },
      },
    },
  ];
  for (const { kind, refusals } of matrix) {
    it(`MB-01: delivery methods of a ${kind} mailbox`, async () => {
      const id =
        kind === 'forward'
          ? await forward()
          : (await (kind === 'user' ? house.user(nextName()) : house.queue(nextName()))).mailboxid;
      for (const column of columns) {
        for (const method of column === 'incomingemaildeliverymethod' ? [0, 1, 2, 3] : [0, 1, 2]) {
          const code = refusals[column][method];
          const before = (await house.row('mailbox', id))[column] ?? 0;
          const write = house.admin.update('mailbox', id, { [column]: method });
          if (code === undefined) {
            await write;
            assert.equal((await house.row('mailbox', id))[column], method, `${column} ${method}`);
          } else {
            await refused(code, write);
          }
          await house.admin.update('mailbox', id, { [column]: before });
        }
      }
    });
  }

  it('FW-07: the address of a forward mailbox belongs to no user and no queue', async () => {
    const [name, queue] = [nextName(), nextName()];
    await house.user(name, { internalemailaddress: `${name}@ours.example` });
    await house.queue(queue, { emailaddress: `${queue}@ours.example` });
    await refused('mr_InUse', forward({ emailaddress: `${name.toUpperCase()}@ours.example` }));
    const id = await forward();
    await refused('mr_InUse', house.admin.update('mailbox', id, { emailaddress: `${queue}@ours.example` }));
    await house.admin.update('mailbox', id, { emailaddress: `${nextName()}@ours.example` });
  });

  const bad: readonly { readonly rule: string; readonly code: string; readonly values: Mailbox }[] = [
    { rule: 'MB-02: forward mailbox without address', code: '8005E211', values: { emailaddress: null } },
    { rule: 'MB-05: malformed address', code: '8005E221', values: { emailaddress: 'not an address' } },
    { rule: 'MB-05: address list', code: '8005E221', values: { emailaddress: 'a@x.example, b@x.example' } },
    { rule: 'MB-01: Outlook', code: '8005E212', values: { incomingemaildeliverymethod: 1 } },
    { rule: 'MB-01: sending', code: '8005E213', values: { outgoingemaildeliverymethod: 2 } },
    { rule: 'MB-01: appointments', code: '8005E247', values: { actdeliverymethod: 1 } },
  ];
  for (const { rule, code, values } of bad) {
    it(`${rule} is refused at creation and as a change (${code})`, async () => {
      await refused(code, forward(values));
      await refused(code, house.admin.update('mailbox', await forward(), values));
    });
  }

  it('QU-10: the mailbox of a queue neither uses Outlook nor synchronises appointments, contacts and tasks', async () => {
    const { mailboxid } = await house.queue(nextName());
    const change = (values: Mailbox) => house.admin.update('mailbox', mailboxid, values);
    await refused('8005E210', change({ incomingemaildeliverymethod: 1 }));
    await refused('8005E210', change({ outgoingemaildeliverymethod: 1 }));
    await refused('8005E247', change({ actdeliverymethod: 1 }));
  });

  it('MB-02, AR-04: a mailbox made by hand belongs to nobody (8005E207)', async () => {
    const { id } = await house.user(nextName());
    const regardingobjectid = { table: 'systemuser', id };
    await refused('8005E207', forward({ regardingobjectid }));
    const mailboxid = await forward();
    await refused('8005E207', house.admin.update('mailbox', mailboxid, { regardingobjectid }));
    assert.equal((await house.row('mailbox', mailboxid)).isforwardmailbox, true);
  });

  it('AR-05: regardingobjectid of a user’s mailbox is not written', async () => {
    const first = await house.user(nextName());
    const second = await house.user(nextName());
    const theirs = { regardingobjectid: { table: 'systemuser', id: second.id } };
    await refused('80040203', house.admin.update('mailbox', first.mailboxid, theirs), /mr_GiveMailbox/);
    await refused('80040203', house.admin.update('mailbox', first.mailboxid, { regardingobjectid: null }));
  });

  it('AR-04: the database itself refuses a second mailbox of a user', async () => {
    const { id } = await house.user(nextName());
    const second = house.database.records.create('mailbox', { regardingobjectid: { table: 'systemuser', id } });
    await assert.rejects(second, { code: '80040237' });
  });

  it('MB-06: appointments by server-side synchronization need an Exchange profile (8005E247)', async () => {
    const { mailboxid } = await house.user(nextName());
    const pop3 = { table: 'emailserverprofile', id: await house.profile() };
    const exchange = {
      table: 'emailserverprofile',
      id: await house.admin.create('emailserverprofile', goodExchangeProfile),
    };
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: pop3 });
    await refused('8005E247', house.admin.update('mailbox', mailboxid, { actdeliverymethod: 1 }), /Exchange/);
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: exchange, actdeliverymethod: 1 });
    await refused('8005E247', house.admin.update('mailbox', mailboxid, { emailserverprofile: pop3 }));
  });

  it('MB-07: deleting after processing is for queues and forward mailboxes (8005E233)', async () => {
    const user = await house.user(nextName());
    const queue = await house.queue(nextName());
    const values = { processanddeleteemails: true };
    await refused('8005E233', house.admin.update('mailbox', user.mailboxid, values));
    await house.admin.update('mailbox', queue.mailboxid, values);
    await forward(values);
  });

  it('MB-07: moving after processing is for queues and forward mailboxes, to a folder, and not beside deleting', async () => {
    const user = await house.user(nextName());
    const queue = await house.queue(nextName());
    const move = (mailboxid: string, mr_moveprocessedto: string) =>
      house.admin.update('mailbox', mailboxid, { mr_moveprocessedto });
    await refused('8005E233', move(user.mailboxid, 'Done'), /queue and forward mailboxes only/);
    for (const name of ['INBOX', 'a//b', '/a', 'a*'])
      await refused('80040203', move(queue.mailboxid, name), /no folder that processed mail/);
    const plain = { name: 'Plain', incomingserverlocation: 'mail.example', outgoingserverlocation: 'mail.example' };
    const imap = await house.admin.create('emailserverprofile', { ...plain, servertype: 4 });
    await house.admin.update('mailbox', queue.mailboxid, {
      emailserverprofile: { table: 'emailserverprofile', id: imap },
    });
    await move(queue.mailboxid, 'Archive/Done');
    await house.admin.update('mailbox', queue.mailboxid, { mr_inboxfolder: 'shared/support/INBOX' });
    await refused(
      '80040203',
      house.admin.update('mailbox', queue.mailboxid, { processanddeleteemails: true }),
      /deleted after processing or moved, not both/,
    );
    const pop3 = await house.admin.create('emailserverprofile', { ...plain, servertype: 1 });
    const toPop3 = { emailserverprofile: { table: 'emailserverprofile', id: pop3 } } as const;
    await refused('80040203', house.admin.update('mailbox', queue.mailboxid, toPop3), /POP3, which has no folders/);
    await refused(
      '80040203',
      house.admin.update('mailbox', queue.mailboxid, { ...toPop3, mr_moveprocessedto: null }),
      /mr_inboxfolder/,
    );
  });

  it('MB-08: incoming None switches the incoming flow off and comes to the schedule’s attention', async () => {
    const { mailboxid } = await house.user(nextName());
    await house.database.records.update('mailbox', mailboxid, enabled);
    house.touched();
    await house.admin.update('mailbox', mailboxid, { incomingemaildeliverymethod: 0 });
    assert.deepEqual(house.touched(), [mailboxid]);
    const row = await house.row('mailbox', mailboxid);
    assert.equal(row.enabledforincomingemail, false);
    assert.equal(row.incomingemailstatus, 0);
    assert.equal(row.enabledforoutgoingemail, true);
  });

  const profileChange = async (): Promise<Mailbox> => ({
    emailserverprofile: {
      table: 'emailserverprofile',
      id: await house.admin.create('emailserverprofile', goodExchangeProfile),
    },
  });
  const resets: readonly {
    readonly what: string;
    readonly change: () => Promise<Mailbox>;
    readonly reset: readonly string[];
    readonly approval: number;
  }[] = [
    {
      what: 'the address',
      change: async () => ({ emailaddress: `${nextName()}@new.example` }),
      reset: ['incoming', 'outgoing', 'act'],
      approval: 2,
    },
    {
      what: 'the address to none',
      change: async () => ({ emailaddress: null }),
      reset: ['incoming', 'outgoing', 'act'],
      approval: 0,
    },
    { what: 'the profile', change: profileChange, reset: ['incoming', 'outgoing', 'act'], approval: 1 },
    { what: 'incoming', change: async () => ({ incomingemaildeliverymethod: 3 }), reset: ['incoming'], approval: 1 },
    { what: 'outgoing', change: async () => ({ outgoingemaildeliverymethod: 0 }), reset: ['outgoing'], approval: 1 },
    { what: 'ACT', change: async () => ({ actdeliverymethod: 0 }), reset: ['act'], approval: 1 },
    {
      what: 'nothing, written again',
      change: async () => ({ incomingemaildeliverymethod: 2, outgoingemaildeliverymethod: 2 }),
      reset: [],
      approval: 1,
    },
    { what: 'the name', change: async () => ({ name: 'Another' }), reset: [], approval: 1 },
  ];
  for (const { what, change, reset, approval } of resets) {
    it(`MB-09: changing ${what} resets ${reset.join(', ') || 'nothing'}`, async () => {
      const { mailboxid } = await house.user(nextName());
      await house.database.records.update('mailbox', mailboxid, enabled);
      await house.admin.update('mailbox', mailboxid, await change());
      const row = await house.row('mailbox', mailboxid);
      const flows = [
        ['incoming', row.enabledforincomingemail, row.incomingemailstatus],
        ['outgoing', row.enabledforoutgoingemail, row.outgoingemailstatus],
        ['act', row.enabledforact, row.actstatus],
      ] as const;
      for (const [flow, flag, status] of flows)
        assert.deepEqual([flag, status], reset.includes(flow) ? [false, 0] : [true, 1], flow);
      assert.equal(row.mailboxstatus, reset.length > 0 ? 0 : 1);
      assert.equal(row.emailrouteraccessapproval, approval);
    });
  }

  it('MB-10, SE-03: a user’s mailbox stays owned by the user, a queue’s may change hands', async () => {
    const user = await house.user(nextName());
    const queue = await house.queue(nextName());
    const ownerid = { table: 'systemuser', id: house.organization.administratorId };
    await refused('80040203', house.admin.update('mailbox', user.mailboxid, { ownerid }), /MB-10/);
    assert.equal((await house.row('mailbox', user.mailboxid)).ownerid?.id, user.id);
    await house.admin.update('mailbox', queue.mailboxid, { ownerid: { table: 'systemuser', id: user.id } });
  });

  it('MO-09: turns of a few mailboxes are told in full, and of none without an end', async () => {
    await house.database.records.update('organization', house.organization.organizationid, {
      maxverboseloggingmailbox: 1,
      maxverboseloggingsynccycles: 10,
    });
    const [one, other] = [await house.user(nextName()), await house.user(nextName())];
    const set = (mailboxid: string, verboseloggingenabled: number) =>
      house.admin.update('mailbox', mailboxid, { verboseloggingenabled });
    await refused('80040203', set(one.mailboxid, 11), /at most 10 turns/);
    await set(one.mailboxid, 10);
    await set(one.mailboxid, 5);
    await refused('80040203', set(other.mailboxid, 1), /1 mailboxes are told in full already/);
    await set(one.mailboxid, 0);
    await set(other.mailboxid, 1);
    await set(other.mailboxid, 0);
  });

  it('MB-14, TE-11: a user enters credentials and runs the test on the own mailbox, nothing else', async () => {
    const { id, mailboxid } = await house.user(nextName());
    const own = house.as(id);
    await own.update('mailbox', mailboxid, {
      username: 'me',
      password: 'secret-of-me',
      allowemailconnectortousecredentials: true,
      testemailconfigurationscheduled: true,
    });
    assert.equal((await house.row('mailbox', mailboxid)).testandenablelastattemptedby?.id, id);
    await refused('8005E208', own.update('mailbox', mailboxid, { emailaddress: 'me@other.example' }));
    for (const values of [
      { incomingemaildeliverymethod: 0 },
      { emailserverprofile: null },
      { emailrouteraccessapproval: 1 },
      { enabledforincomingemail: true },
      { statecode: 1 },
      { isemailaddressapprovedbyo365admin: true },
      { name: 'Mine', username: 'me' },
    ] satisfies Mailbox[]) {
      await refused('80040220', own.update('mailbox', mailboxid, values));
    }
    await refused('80040220', own.create('mailbox', { emailaddress: 'x@forward.example' }));
    await refused('80040220', own.delete('mailbox', mailboxid));
    const other = await house.user(nextName());
    await assert.rejects(own.update('mailbox', other.mailboxid, { username: 'me' }), { code: '80040217' });
    assert.equal(await own.retrieve('mailbox', other.mailboxid), undefined);
  });

  it('EP-22: a password is stored sealed, shows as ispasswordset only, and an empty one clears it', async () => {
    const { mailboxid } = await house.user(nextName());
    await house.admin.update('mailbox', mailboxid, { username: 'me', password: 'secret-of-me' });
    const row = (await house.admin.retrieve('mailbox', mailboxid)) ?? {};
    assert.equal(row.ispasswordset, true);
    assert.equal(Object.hasOwn(row, 'password'), false);
    const stored = async () =>
      (
        await house.database.sql<{ password: string | null }>('select password from mailbox where mailboxid = $1', [
          mailboxid,
        ])
      )[0]?.password;
    assert.ok(!(await stored())?.includes('secret-of-me'));
    await house.admin.update('mailbox', mailboxid, { name: 'Renamed' });
    assert.equal((await house.row('mailbox', mailboxid)).ispasswordset, true);
    await house.admin.update('mailbox', mailboxid, { password: '' });
    assert.equal((await house.row('mailbox', mailboxid)).ispasswordset, false);
    assert.equal(await stored(), null);
    await house.admin.update('mailbox', mailboxid, { oauthrefreshtoken: 'secret-of-token' });
    assert.equal((await house.row('mailbox', mailboxid)).isoauthrefreshtokenset, true);
  });

  it('AP-03, AP-05: approving and rejecting is noted with who and when', async () => {
    const { mailboxid } = await house.user(nextName());
    for (const approval of [1, 3]) {
      await house.admin.update('mailbox', mailboxid, { emailrouteraccessapproval: approval });
      const row = await house.row('mailbox', mailboxid);
      assert.equal(row.emailrouteraccessapproval, approval);
      assert.equal(row.emailaddressapprovedby?.id, house.organization.administratorId);
      assert.deepEqual(row.emailaddressapprovedon, house.clock.now());
    }
    await house.admin.update('mailbox', mailboxid, { emailaddress: `${nextName()}@again.example` });
    const row = await house.row('mailbox', mailboxid);
    assert.deepEqual(
      [row.emailrouteraccessapproval, row.emailaddressapprovedby, row.emailaddressapprovedon],
      [2, null, null],
    );
  });

  it('AP-03: an address that is not there cannot be approved (8005E221)', async () => {
    const { mailboxid } = await house.user(nextName(), { internalemailaddress: null });
    await refused('8005E221', house.admin.update('mailbox', mailboxid, { emailrouteraccessapproval: 1 }));
  });

  it('AP-06: an administrator may give a new address and approve it in one write', async () => {
    const { id, mailboxid } = await house.user(nextName());
    const emailaddress = `${nextName()}@both.example`;
    await house.admin.update('mailbox', mailboxid, { emailaddress, emailrouteraccessapproval: 1 });
    assert.equal((await house.row('mailbox', mailboxid)).emailrouteraccessapproval, 1);
    assert.equal((await house.row('systemuser', id)).emailrouteraccessapproval, 1);
  });

  it('AP-07: a forward mailbox starts Pending and not enabled, whatever is written', async () => {
    const row = await house.row('mailbox', await forward({ enabledforincomingemail: true }));
    assert.deepEqual([row.emailrouteraccessapproval, row.enabledforincomingemail], [2, false]);
  });

  it('TE-02, TE-07: asking for a test starts its count anew', async () => {
    const { mailboxid } = await house.user(nextName());
    await house.database.records.update('mailbox', mailboxid, {
      testemailconfigurationretrycount: 3,
      postponetestemailconfigurationuntil: house.clock.now(),
    });
    await house.admin.update('mailbox', mailboxid, { testemailconfigurationscheduled: true });
    const row = await house.row('mailbox', mailboxid);
    assert.deepEqual([row.testemailconfigurationretrycount, row.postponetestemailconfigurationuntil], [0, null]);
  });

  it('AR-03: mailboxes of users and queues go with these only; forward mailboxes can be deleted', async () => {
    const { mailboxid } = await house.user(nextName());
    await refused('mr_InUse', house.admin.delete('mailbox', mailboxid), /user/);
    await house.admin.delete('mailbox', await forward());
  });

  it('MB-04: a profile that does not exist is refused', async () => {
    const { mailboxid } = await house.user(nextName());
    const nowhere = { table: 'emailserverprofile', id: '00000000-0000-4000-8000-000000000000' };
    await assert.rejects(house.admin.update('mailbox', mailboxid, { emailserverprofile: nowhere }), {
      code: '80040217',
    });
  });
});
