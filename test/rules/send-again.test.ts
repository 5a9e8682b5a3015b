import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resendEmail, resendFailedEmails } from '../../src/rules/resend-emails.ts';
import { sendEmail } from '../../src/rules/send-email.ts';
import { resolveUncertainSend } from '../../src/rules/uncertain-send.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { EmailStatus, SendOutcome } from '../../src/tables/choices.ts';
import type { PartyInput } from '../../src/tables/table-definition.ts';
import { refused, useHouse } from './support.ts';

type Email = RecordOf<'email'>;

describe('sending, sending on behalf and sending again', () => {
  const house = useHouse();
  let count = 0;
  const name = () => `Sender${++count}`;
  const party = (table: string, id: string): PartyInput => ({ partyid: { table, id } });
  const customer = () =>
    house.admin.create('contact', { lastname: name(), emailaddress1: `${name().toLowerCase()}@out.example` });
  const draft = async (sender: string, values: Email = {}, table = 'systemuser'): Promise<string> =>
    house.admin.create('email', {
      subject: 'Hello',
      from: [party(table, sender)],
      to: [party('contact', await customer())],
      ...values,
    });
  const send = (id: string) => house.admin.act((context) => sendEmail(context, id, true, undefined));
  const failed = async (values: Email = {}): Promise<{ id: string; mailboxid: string }> => {
    const { id: sender, mailboxid } = await house.user(name());
    const id = await draft(sender);
    await send(id);
    const state = { statuscode: EmailStatus.failed, statecode: 0, mr_sendoutcome: SendOutcome.refused };
    await house.database.records.update('email', id, {
      ...state,
      deliveryattempts: 10,
      mr_lasterrorcode: 'mr_AttemptsUsedUp',
      mr_lasterror: 'The server deferred it.',
      ...values,
    });
    return { id, mailboxid };
  };

  /** OU-04: what is wrong with the mailbox, and what the email then says. */
  const hindrances: readonly (readonly [string, RecordOf<'mailbox'>, RegExp])[] = [
    ['not approved', { emailrouteraccessapproval: 2 }, /is not approved.*administrator/],
    ['rejected', { emailrouteraccessapproval: 3 }, /is not approved/],
    ['not tested', { enabledforoutgoingemail: false }, /has not been tested.*Run Test & Enable/],
    ['being tested', { enabledforoutgoingemail: false, testemailconfigurationscheduled: true }, /being tested/],
    [
      'switched off after a failure',
      { enabledforoutgoingemail: false, outgoingemailstatus: 2, mr_outgoinglasterror: 'Wrong password.' },
      /sending failed.*Wrong password/,
    ],
    ['inactive', { statecode: 1 }, /inactive/],
    ['not server-side', { outgoingemaildeliverymethod: 0 }, /outgoing delivery method/],
    ['without profile', { emailserverprofile: null }, /no email server profile/],
  ];
  it('OU-04, AP-02, PAIN-12: an email that cannot go says from the first moment what it waits for', async () => {
    const profile = await house.profile();
    for (const [what, values, expected] of hindrances) {
      const { id: sender, mailboxid } = await house.user(name());
      const working: RecordOf<'mailbox'> = {
        emailserverprofile: { table: 'emailserverprofile', id: profile },
        outgoingemaildeliverymethod: 2,
        emailrouteraccessapproval: 1,
        enabledforoutgoingemail: true,
      };
      await house.database.records.update('mailbox', mailboxid, { ...working, ...values });
      const id = await draft(sender);
      await send(id);
      const row = await house.row('email', id);
      assert.equal(row.statuscode, EmailStatus.pendingSend, what);
      assert.match(row.mr_waitingreason ?? '', expected, what);
      assert.deepEqual(row.mr_queuedon, house.clock.now(), what);
    }
  });

  it('OU-07: a delayed email says when it is sent; cancelled before, it is not', async () => {
    const profile = await house.profile();
    const { id: sender, mailboxid } = await house.user(name());
    await house.database.records.update('mailbox', mailboxid, {
      emailserverprofile: { table: 'emailserverprofile', id: profile },
      outgoingemaildeliverymethod: 2,
      emailrouteraccessapproval: 1,
      enabledforoutgoingemail: true,
    });
    const on = new Date(house.clock.now().getTime() + 3_600_000);
    const id = await draft(sender, { delayedemailsendtime: on });
    await send(id);
    const row = await house.row('email', id);
    assert.match(row.mr_waitingreason ?? '', new RegExp(`To be sent at ${on.toISOString()}`));
    assert.deepEqual(row.mr_nextattempton, on);
    await house.admin.update('email', id, { statuscode: EmailStatus.canceled });
    const cancelled = await house.row('email', id);
    assert.deepEqual(
      [cancelled.statecode, cancelled.mr_waitingreason, cancelled.mr_nextattempton, cancelled.mr_sendoutcome],
      [2, null, null, SendOutcome.notSent],
    );
  });

  it('SC-10, PAIN-12: sending does not override a postponement after a failure; the email says until when, and why', async () => {
    const profile = await house.profile();
    const { id: sender, mailboxid } = await house.user(name());
    const until = new Date(house.clock.now().getTime() + 300_000);
    await house.database.records.update('mailbox', mailboxid, {
      emailserverprofile: { table: 'emailserverprofile', id: profile },
      outgoingemaildeliverymethod: 2,
      emailrouteraccessapproval: 1,
      enabledforoutgoingemail: true,
      postponesendinguntil: until,
      mr_outgoinglasterror: 'The server is away.',
    });
    const id = await draft(sender);
    assert.equal((await send(id)).mailboxid, null, 'the turn does not come forward');
    const row = await house.row('email', id);
    assert.match(row.mr_waitingreason ?? '', new RegExp(`postponed until ${until.toISOString()}. The server is away`));
    assert.deepEqual(row.mr_nextattempton, until);
    await house.database.records.update('mailbox', mailboxid, { postponesendinguntil: null });
    assert.equal((await send(await draft(sender))).mailboxid, mailboxid);
  });

  it('SA-05: with server-side delegation mail in another’s name goes through the mailbox of who sends it', async () => {
    const author = await house.user(name());
    const boss = await house.user(name());
    await house.as(boss.id).update('usersettings', boss.id, { issendasallowed: true });
    const own = house.as(author.id);
    const write = async (from: PartyInput) =>
      own.create('email', { subject: 'For her', from: [from], to: [party('contact', await customer())] });
    const sendOwn = async (from: PartyInput) => {
      const id = await write(from);
      const { mailboxid } = await own.act((context) => sendEmail(context, id, true, undefined));
      const [sender] = (await house.database.records.retrieve('email', id, ['from']))?.from ?? [];
      return { mailboxid, address: sender?.addressused };
    };
    const bossAddress = (await house.row('mailbox', boss.mailboxid)).emailaddress;
    assert.deepEqual(await sendOwn(party('systemuser', boss.id)), { mailboxid: boss.mailboxid, address: bossAddress });
    const before = (await house.row('organization', house.organization.organizationid)).orgdborgsettings ?? '';
    const orgdborgsettings =
      '<OrgSettings><EnableMailboxDelegationForOutgoingEmail>true</EnableMailboxDelegationForOutgoingEmail></OrgSettings>';
    await house.settings({ orgdborgsettings });
    assert.deepEqual(await sendOwn(party('systemuser', boss.id)), {
      mailboxid: author.mailboxid,
      address: bossAddress,
    });
    const authorAddress = (await house.row('mailbox', author.mailboxid)).emailaddress;
    assert.deepEqual(await sendOwn(party('systemuser', author.id)), {
      mailboxid: author.mailboxid,
      address: authorAddress,
    });
    await house.settings({ orgdborgsettings: before });
  });

  it('SA-06: the email keeps who made it and who had it sent', async () => {
    const author = await house.user(name(), { internalemailaddress: 'secretary@harbour.example' });
    const queue = await house.queue(name());
    const own = house.as(author.id);
    const id = await own.create('email', {
      subject: 'From the shop',
      from: [party('queue', queue.id)],
      to: [party('contact', await customer())],
    });
    await own.act((context) => sendEmail(context, id, true, undefined));
    const row = await house.row('email', id);
    assert.deepEqual([row.createdby?.id, row.submittedby], [author.id, 'secretary@harbour.example']);
  });

  it('OU-16, PAIN-12: a failed email is sent again, its tries counted anew', async () => {
    const { id, mailboxid } = await failed();
    house.touched();
    await house.admin.act((context) => resendEmail(context, id));
    const row = await house.row('email', id);
    assert.deepEqual(
      [row.statuscode, row.statecode, row.deliveryattempts, row.mr_sendoutcome, row.mr_lasterror],
      [EmailStatus.pendingSend, 1, 0, SendOutcome.waiting, null],
    );
    assert.deepEqual(house.touched(), [mailboxid]);
  });

  it('PAIN-12: an email that did not reach everybody is sent again to those left', async () => {
    const { id } = await failed({ statuscode: EmailStatus.sent, statecode: 1, mr_sendoutcome: SendOutcome.partly });
    await house.admin.act((context) => resendEmail(context, id));
    assert.equal((await house.row('email', id)).statuscode, EmailStatus.pendingSend);
  });

  for (const [what, values] of [
    ['a draft', { statuscode: EmailStatus.draft }],
    ['one that waits', { statuscode: EmailStatus.pendingSend, statecode: 1 }],
    ['one on the wire', { statuscode: EmailStatus.sending, statecode: 1 }],
    ['one that reached all', { statuscode: EmailStatus.sent, statecode: 1, mr_sendoutcome: SendOutcome.accepted }],
    ['one of unknown fate', { mr_sendoutcome: SendOutcome.uncertain }],
  ] as const) {
    it(`PAIN-11: ${what} is not sent again by "resend"`, async () => {
      const { id } = await failed(values);
      await refused(
        'mr_StatusNotAllowed',
        house.admin.act((context) => resendEmail(context, id)),
      );
    });
  }

  it('PAIN-11: SendEmail on an email of unknown fate asks for a decision first', async () => {
    const { id } = await failed({ mr_sendoutcome: SendOutcome.uncertain });
    await refused('mr_StatusNotAllowed', send(id), /mr_MarkSent.*mr_SendAgain/);
    await house.admin.act((context) => resolveUncertainSend(context, id, 'again'));
    assert.equal((await house.row('email', id)).statuscode, EmailStatus.pendingSend);
  });

  it('PAIN-12: all that failed go again, of one mailbox or with one cause; one that cannot does not stop the others', async () => {
    const one = await failed();
    const other = await failed({ mr_lasterrorcode: 'mr_Other' });
    const unknown = await failed({ mr_sendoutcome: SendOutcome.uncertain });
    const broken = await failed();
    const [party1] = (
      await house.database.records.retrieveMultiple({
        table: 'activityparty',
        filter: {
          and: [
            { column: 'activityid', operator: 'eq', value: broken.id },
            { column: 'participationtypemask', operator: 'eq', value: 2 },
          ],
        },
      })
    ).rows;
    await house.database.records.update('activityparty', party1?.activitypartyid ?? '', { addressused: 'nowhere' });
    const statusOf = async (id: string) => (await house.row('email', id)).statuscode;
    const ofOther = await resendFailedEmails(house.admin, { mailboxid: other.mailboxid });
    assert.deepEqual(ofOther, { resent: 1, refused: 0, firstRefusal: '' });
    assert.equal(await statusOf(one.id), EmailStatus.failed);
    const ofCause = await resendFailedEmails(house.admin, { errorCode: 'mr_AttemptsUsedUp' });
    assert.deepEqual([ofCause.resent, ofCause.refused], [1, 1]);
    assert.match(ofCause.firstRefusal, /nowhere/);
    assert.deepEqual(
      [await statusOf(one.id), await statusOf(broken.id), await statusOf(unknown.id)],
      [EmailStatus.pendingSend, EmailStatus.failed, EmailStatus.failed],
    );
    const later = { since: new Date(house.clock.now().getTime() + 1) };
    assert.deepEqual(await resendFailedEmails(house.admin, later), { resent: 0, refused: 0, firstRefusal: '' });
    const stranger = house.as((await house.user(name())).id);
    assert.equal((await resendFailedEmails(stranger, {})).refused, 0, 'SE-08: others’ emails are not seen');
  });
});
