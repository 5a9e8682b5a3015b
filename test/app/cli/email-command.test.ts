import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { DeliveryStatus, EmailStatus, PartyMask, SendOutcome } from '../../../src/tables/choices.ts';
import { runMailroom } from '../../support/command-line.ts';
import { openRuledApi, type RuledApi } from '../../support/ruled-api.ts';
import { idOf } from '../../support/web-api.ts';

describe('mailroom email', () => {
  let api: RuledApi;
  let queueId = '';
  let mailboxId = '';
  before(async () => {
    api = await openRuledApi();
    queueId = idOf(await api.send('POST', 'queues', { name: 'Support', emailaddress: 'support@ours.example' }));
    const page = await api.database.records.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: queueId },
    });
    mailboxId = page.rows[0]?.mailboxid ?? '';
  });
  after(() => api.close());

  const run = (...args: string[]): Promise<string> =>
    runMailroom({ MAILROOM_DATABASE_URL: api.url, MAILROOM_SECRET_KEY: '07'.repeat(32) }, 'email', ...args);
  const json = async (...args: string[]) => JSON.parse(await run('--json', ...args));
  const listed = async (...args: string[]): Promise<readonly string[]> =>
    (await json('list', ...args)).map((row: { activityid: string }) => row.activityid);

  /** An outgoing email of the queue to one customer. */
  async function email(values: RecordOf<'email'>, deliveryStatus: number | null = null): Promise<string> {
    const { records } = api.database;
    const id = await records.create('email', {
      subject: 'Offer',
      directioncode: true,
      statecode: values.statuscode === EmailStatus.failed ? 0 : 1,
      sendermailboxid: { table: 'mailbox', id: mailboxId },
      ownerid: { table: 'systemuser', id: api.organization.administratorId },
      ...values,
    });
    const party = { activityid: { table: 'email', id } };
    await records.create('activityparty', {
      ...party,
      participationtypemask: PartyMask.from,
      partyid: { table: 'queue', id: queueId },
      addressused: 'support@ours.example',
    });
    await records.create('activityparty', {
      ...party,
      participationtypemask: PartyMask.to,
      addressused: 'carla@customer.example',
      mr_deliverystatus: deliveryStatus,
      mr_deliveryreply: deliveryStatus === null ? null : '550 5.1.1 user unknown',
    });
    return id;
  }

  const refused = { statuscode: EmailStatus.failed, mr_sendoutcome: SendOutcome.refused };
  const pending = () => email({ statuscode: EmailStatus.pendingSend, mr_waitingreason: 'The server was away.' });
  const uncertain = () => email({ statuscode: EmailStatus.failed, mr_sendoutcome: SendOutcome.uncertain });
  const statusOf = async (id: string) => (await api.database.records.retrieve('email', id))?.statuscode;

  it('OU-16: lists what waits, what failed and what is uncertain, of all or of one mailbox', async () => {
    const waits = await pending();
    const failed = await email(refused);
    const open = await uncertain();
    assert.deepEqual(await listed(), [waits]);
    assert.deepEqual([...(await listed('--failed'))].sort(), [failed, open].sort());
    assert.deepEqual(await listed('--uncertain', '--mailbox', 'support@ours.example'), [open]);
    const text = await run('list');
    assert.match(text, /SUBJECT +STATUS/);
    assert.match(text, /Offer +Pending Send +0.*The server was away\./);
  });

  it('OU-16: shows what became of each recipient, in the words of the server', async () => {
    const id = await email(
      { statuscode: EmailStatus.failed, mr_lasterror: 'The server refused it.', deliveryattempts: 2 },
      DeliveryStatus.rejected,
    );
    const text = await run('show', id);
    assert.match(text, /^status +Failed$/m);
    assert.match(text, /^attempts +2$/m);
    assert.match(text, /^recipients +carla@customer\.example: Rejected 550 5\.1\.1 user unknown$/m);
  });

  it('PAIN-12: sends a failed email again, or all of them', async () => {
    const [one, other] = [
      await email({ ...refused, mr_lasterrorcode: 'x_first' }),
      await email({ ...refused, mr_lasterrorcode: 'x_second' }),
    ];
    await api.database.records.update('organization', api.organization.organizationid, {
      allowunresolvedpartiesonemailsend: true,
    });
    await api.database.records.update('mailbox', mailboxId, { emailrouteraccessapproval: 1 });
    assert.equal((await json('resend', one)).status, 'Pending Send');
    const done = await json('resend', '--all', '--code', 'x_second');
    assert.equal(done['to be sent again'], 1, JSON.stringify(done));
    assert.deepEqual([await statusOf(one), await statusOf(other)], [EmailStatus.pendingSend, EmailStatus.pendingSend]);
  });

  it('PAIN-11: decides about an email of unknown fate', async () => {
    const [sent, again] = [await uncertain(), await uncertain()];
    assert.equal((await json('mark-sent', sent)).status, 'Sent');
    assert.equal((await json('send-again', again)).status, 'Pending Send');
    assert.deepEqual([await statusOf(sent), await statusOf(again)], [EmailStatus.sent, EmailStatus.pendingSend]);
  });

  it('OU-19: takes back an email that was not picked, and no other', async () => {
    const id = await pending();
    assert.equal((await json('cancel', id)).status, 'Canceled');
    assert.equal(await statusOf(id), EmailStatus.canceled);
    const sending = await email({ statuscode: EmailStatus.sending });
    await assert.rejects(run('cancel', sending), /It is being sent/);
    assert.equal(await statusOf(sending), EmailStatus.sending);
  });
});
