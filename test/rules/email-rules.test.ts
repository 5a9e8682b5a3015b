import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sendEmail } from '../../src/rules/send-email.ts';
import { resolveUncertainSend } from '../../src/rules/uncertain-send.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import type { PartyInput } from '../../src/tables/table-definition.ts';
import { refused, useHouse } from './support.ts';

type Email = RecordOf<'email'>;

const noOne = '00000000-0000-4000-8000-000000000000';

describe('emails', () => {
  const house = useHouse();
  let count = 0;
  const name = () => `Person${++count}`;
  const party = (table: string, id: string): PartyInput => ({ partyid: { table, id } });
  const contact = (emailaddress1: string | null) =>
    house.admin.create('contact', { firstname: name(), lastname: 'Known', emailaddress1 });
  const draft = async (values: Email = {}): Promise<{ id: string; sender: string; mailboxid: string }> => {
    const { id: sender, mailboxid } = await house.user(name());
    const id = await house.admin.create('email', {
      subject: 'Hello',
      from: [party('systemuser', sender)],
      to: [party('contact', await contact(`${name()}@out.example`))],
      ...values,
    });
    return { id, sender, mailboxid };
  };
  const send = (id: string, issueSend = true, token?: string) =>
    house.admin.act((context) => sendEmail(context, id, issueSend, token));

  it('OU-01, OU-03: SendEmail makes a draft Pending Send, through the mailbox of the sender', async () => {
    const { id, mailboxid } = await draft();
    assert.equal((await house.row('email', id)).sendermailboxid?.id, mailboxid);
    house.touched();
    assert.deepEqual(await send(id, true, 'CRM:0001'), { subject: 'Hello', mailboxid });
    const row = await house.row('email', id);
    assert.deepEqual([row.statuscode, row.statecode, row.mr_sendoutcome], [6, 1, 100000001]);
    assert.equal(row.trackingtoken, 'CRM:0001');
    assert.equal(row.submittedby, 'Mailroom Administrator', 'SA-06');
    assert.match(row.mr_waitingreason ?? '', /profile/, 'OU-04: it says why it waits');
    assert.deepEqual(house.touched(), [mailboxid]);
  });

  it('OU-01: without IssueSend it is Sent and nothing is transmitted', async () => {
    const { id } = await draft();
    assert.deepEqual(await send(id, false), { subject: 'Hello', mailboxid: null });
    const row = await house.row('email', id);
    assert.deepEqual([row.statuscode, row.statecode, row.mr_sendoutcome], [3, 1, 100000000]);
    assert.deepEqual(row.senton, house.clock.now());
  });

  it('OU-16: a failed email is edited and sent again', async () => {
    const { id } = await draft();
    await house.database.records.update('email', id, { statuscode: 8, statecode: 0, mr_lasterror: 'no such user' });
    await house.admin.update('email', id, { subject: 'Hello again' });
    await send(id);
    const row = await house.row('email', id);
    assert.deepEqual([row.statuscode, row.mr_lasterror], [6, null]);
  });

  for (const statuscode of [2, 3, 4, 5, 6, 7]) {
    it(`OU-01: an email of status ${statuscode} is not sent again`, async () => {
      const { id } = await draft();
      await house.database.records.update('email', id, { statuscode });
      await refused('mr_StatusNotAllowed', send(id), new RegExp(`status ${statuscode}`));
    });
  }

  it('OU-02: two senders (80040B01), none (80040B02), a contact or an address as sender (80040B02)', async () => {
    const [one, two] = [await house.user(name()), await house.user(name())];
    const both = await draft({ from: [party('systemuser', one.id), party('systemuser', two.id)] });
    await refused('80040B01', send(both.id));
    await refused('80040B02', send((await draft({ from: [] })).id));
    await refused('80040B02', send((await draft({ from: [{ addressused: 'me@harbour.example' }] })).id));
    const customer = await contact('customer@out.example');
    const { id } = await draft({ from: [] });
    await house.admin.create('activityparty', {
      activityid: { table: 'email', id },
      participationtypemask: 1,
      partyid: { table: 'contact', id: customer },
    });
    await refused('80040B02', send(id), /users and queues/);
  });

  it('OU-17: a queue sends', async () => {
    const queue = await house.queue(name());
    const { id } = await draft({ from: [party('queue', queue.id)] });
    assert.equal((await send(id)).mailboxid, queue.mailboxid);
  });

  it('OU-02: a sender without address or without mailbox (80040B08)', async () => {
    const silent = await house.user(name(), { internalemailaddress: null });
    await refused('80040B08', send((await draft({ from: [party('systemuser', silent.id)] })).id));
    const system = party('systemuser', house.organization.systemUserId);
    await refused('80040B08', send((await draft({ from: [system] })).id), /mailbox/);
  });

  it('OU-02: no recipient (80040B04); one in Bcc is enough', async () => {
    await refused('80040B04', send((await draft({ to: [] })).id));
    const hidden = await draft({ to: [], bcc: [party('contact', await contact('hidden@out.example'))] });
    await send(hidden.id);
  });

  it('OU-02: a recipient without address (80040B00), with a wrong one (80044192)', async () => {
    await refused('80040B00', send((await draft({ to: [party('contact', await contact(null))] })).id));
    const wrong = await contact('not an address');
    await refused('80044192', send((await draft({ to: [party('contact', wrong)] })).id));
  });

  it('OU-02: the address used is noted, the first that the record has', async () => {
    const id = await house.admin.create('contact', { lastname: name(), emailaddress2: 'second@out.example' });
    const email = await draft({ to: [party('contact', id)] });
    await send(email.id);
    const to = (await house.database.records.retrieve('email', email.id, ['to']))?.to;
    assert.equal(to?.[0]?.addressused, 'second@out.example');
  });

  it('OU-08: addresses without record are refused (80040B0B) until the organisation allows them', async () => {
    const { id } = await draft({ to: [{ addressused: 'someone@out.example' }] });
    await refused('80040B0B', send(id), /someone@out\.example/);
    await house.settings({ allowunresolvedpartiesonemailsend: true });
    await send(id);
    await refused('80044192', send((await draft({ to: [{ addressused: 'someone at out' }] })).id));
    await house.settings({ allowunresolvedpartiesonemailsend: false });
  });

  it('SA-01, SA-02: a user sends as another only with that one’s leave, and as a queue', async () => {
    const author = await house.user(name());
    const boss = await house.user(name());
    const queue = await house.queue(name());
    const own = house.as(author.id);
    const to = [party('contact', await contact('customer2@out.example'))];
    const write = (from: PartyInput) => own.create('email', { subject: 'For you', from: [from], to });
    const sendOwn = (id: string) => own.act((context) => sendEmail(context, id, true, undefined));
    const id = await write(party('systemuser', boss.id));
    await refused('80040220', sendOwn(id), /on my behalf/);
    await house.as(boss.id).update('usersettings', boss.id, { issendasallowed: true });
    assert.equal((await sendOwn(id)).mailboxid, boss.mailboxid, 'SA-04: through the mailbox of From');
    assert.equal((await house.row('email', id)).createdby?.id, author.id, 'SA-06');
    await sendOwn(await write(party('systemuser', author.id)));
    await sendOwn(await write(party('queue', queue.id)));
  });

  it('SE-08: a user does not send, read or change another’s email', async () => {
    const { id } = await draft();
    const own = house.as((await house.user(name())).id);
    await assert.rejects(
      own.act((context) => sendEmail(context, id, true, undefined)),
      { code: '80040217' },
    );
    await assert.rejects(own.update('email', id, { subject: 'Mine' }), { code: '80040217' });
    await assert.rejects(own.delete('email', id), { code: '80040217' });
    assert.equal(await own.retrieve('email', id), undefined);
    assert.equal(await own.retrieve('activitypointer', id), undefined);
  });

  /** OU 21.1: what a caller may make of a status by writing the row. */
  const allowed: Readonly<Record<number, readonly number[]>> = {
    1: [1, 2, 5],
    2: [1, 2],
    3: [3],
    4: [4],
    5: [1, 5],
    6: [1, 5, 6],
    7: [7],
    8: [1, 2, 5, 8],
  };
  for (const [from, targets] of Object.entries(allowed)) {
    it(`OU 21.1: status ${from} changes to ${targets.join(', ')} only`, async () => {
      const { id } = await draft();
      for (const to of [1, 2, 3, 4, 5, 6, 7, 8]) {
        await house.database.records.update('email', id, {
          statuscode: Number(from),
          statecode: stateOf(Number(from)),
        });
        const change = house.admin.update('email', id, { statuscode: to });
        if (targets.includes(to)) {
          await change;
          const row = await house.row('email', id);
          assert.deepEqual([row.statuscode, row.statecode], [to, stateOf(to)]);
        } else {
          await refused('mr_StatusNotAllowed', change);
        }
      }
    });
  }

  for (const statuscode of [6, 7]) {
    it(`OU-01: an email is not created with status ${statuscode}`, async () => {
      await refused('80040203', draft({ statuscode }), /SendEmail/);
    });
  }

  it('OU-01: taking an email back from Pending Send leaves nothing of the waiting', async () => {
    const { id } = await draft();
    await send(id);
    await house.admin.update('email', id, { statecode: 0 });
    const row = await house.row('email', id);
    assert.deepEqual([row.statuscode, row.mr_sendoutcome, row.mr_waitingreason], [1, 100000000, null]);
  });

  it('a closed email keeps its content, not its regarding', async () => {
    const { id } = await draft();
    await send(id, false);
    const change = (values: Email) => house.admin.update('email', id, values);
    await refused('mr_EmailClosed', change({ subject: 'Changed' }), /subject/);
    await refused('mr_EmailClosed', change({ to: [] }));
    await change({ subject: 'Hello' });
    await change({ regardingobjectid: { table: 'contact', id: await contact(null) } });
  });

  it('OU-19: while it is being sent an email is neither cancelled nor deleted', async () => {
    const { id } = await draft();
    await house.database.records.update('email', id, { statuscode: 7, statecode: 1 });
    await refused('mr_StatusNotAllowed', house.admin.update('email', id, { statuscode: 5 }), /OU-19/);
    await refused('mr_StatusNotAllowed', house.admin.delete('email', id), /OU-19/);
  });

  it('IN-30: a deleted email leaves a tombstone with its identity, and takes what belongs to it along', async () => {
    const { id } = await draft();
    const attachment = await house.admin.create('activitymimeattachment', {
      objectid: { table: 'email', id },
      filename: 'a.txt',
      body: 'YQ==',
    });
    await house.database.records.update('email', id, { mr_identity: `identity-${id}` });
    await house.admin.delete('email', id);
    const [tombstone] = await house.database.sql<{ identity: string }>(
      "select identity from mr_tombstone where tablename = 'email' and id = $1",
      [id],
    );
    assert.equal(tombstone?.identity, `identity-${id}`);
    assert.equal(await house.admin.retrieve('activitymimeattachment', attachment), undefined);
  });

  it('PAIN-11: a person decides about an email of unknown fate', async () => {
    const decide = (id: string, decision: 'sent' | 'again') =>
      house.admin.act((context) => resolveUncertainSend(context, id, decision));
    const uncertain = async () => {
      const { id } = await draft();
      await house.database.records.update('email', id, { statuscode: 8, statecode: 0, mr_sendoutcome: 100000005 });
      return id;
    };
    const sent = await uncertain();
    await decide(sent, 'sent');
    assert.equal((await house.row('email', sent)).statuscode, 3);
    await refused('mr_StatusNotAllowed', decide(sent, 'again'));
    const again = await uncertain();
    await decide(again, 'again');
    assert.equal((await house.row('email', again)).statuscode, 6);
    await assert.rejects(decide(noOne, 'sent'), { code: '80040217' });
  });

  it('PF: two SendEmail at once leave one email that waits', async () => {
    const { id } = await draft();
    const results = await Promise.allSettled([send(id), send(id)]);
    assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  });
});

function stateOf(statuscode: number): number {
  if (statuscode === 1 || statuscode === 8) return 0;
  return statuscode === 5 ? 2 : 1;
}
