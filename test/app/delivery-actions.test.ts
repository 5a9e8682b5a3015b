import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { reasonCodes } from '../../src/pipelines/incoming/reason-codes.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

const user = { authorization: 'Bearer user' };
const action = 'Microsoft.Dynamics.CRM';

describe('CheckIncomingEmail, DeliverIncomingEmail and tracking by hand', () => {
  let api: RuledApi;
  let queueId: string;
  let contactId: string;
  before(async () => {
    api = await openRuledApi();
    queueId = idOf(
      await api.send('POST', 'queues', {
        name: 'Support',
        emailaddress: 'support@ours.example',
        incomingemailfilteringmethod: 2,
      }),
    );
    contactId = idOf(
      await api.send('POST', 'contacts', { lastname: 'Customer', emailaddress1: 'carla@customer.example' }),
    );
  });
  after(() => api.close());

  interface Given {
    readonly id: string;
    readonly from?: string;
    readonly to?: string;
  }
  const quote = (text: string): string => encodeURIComponent(`'${text.replaceAll("'", "''")}'`);
  const check = async ({ id, from = 'carla@customer.example', to = 'support@ours.example' }: Given, headers = {}) => {
    const query = `@i=${quote(id)}&@f=${quote(from)}&@t=${quote(to)}&@e=''`;
    const answer = await api.send(
      'GET',
      `CheckIncomingEmail(MessageId=@i,Subject=@e,From=@f,To=@t,Cc=@e,Bcc=@e)?${query}`,
      undefined,
      headers,
    );
    return answer;
  };
  const content = ({ id, from = 'Carla Customer <carla@customer.example>', to = 'support@ours.example' }: Given) => ({
    MessageId: id,
    Subject: 'A question',
    From: from,
    To: to,
    Cc: '',
    Bcc: '',
    ReceivedOn: '2024-05-15T08:00:00Z',
    SubmittedBy: 'support@ours.example',
    Importance: '2',
    Body: '<p>Hello <b>there</b></p><script>alert(1)</script>',
    Attachments: [{ filename: 'a.txt', mimetype: 'text/plain', body: Buffer.from('hi').toString('base64') }],
  });
  const deliver = (given: Given, more = {}, headers = {}) =>
    api.send('POST', `emails/${action}.DeliverIncomingEmail`, { ...content(given), ...more }, headers);
  const promote = (emailId: string, given: Given, more = {}, name = 'DeliverPromoteEmail') =>
    api.send('POST', `emails(${emailId})/${action}.${name}`, { ...content(given), ...more }, user);
  const email = async (id: string) => (await api.send('GET', `emails(${id})`)).json;

  test('IN-47: a check tells whether mail would be taken, by the same filters, and writes nothing', async () => {
    const yes = await check({ id: '<check@customer.example>' });
    assert.equal(yes.status, 200, yes.text);
    assert.deepEqual([yes.json.ShouldDeliver, yes.json.ReasonCode], [true, 0]);
    const stranger = await check({ id: '<check@customer.example>', from: 'who@else.example' });
    assert.deepEqual([stranger.json.ShouldDeliver, stranger.json.ReasonCode], [false, reasonCodes.SenderNotKnown]);
    const nobody = await check({ id: '<check@customer.example>', to: 'else@else.example' });
    assert.equal(nobody.json.ReasonCode, reasonCodes.NoRecipientMatch);
    const invalid = await check({ id: '<check@customer.example>', from: 'nobody', to: 'uma@ours.example' });
    assert.equal(invalid.json.ReasonCode, reasonCodes.NoCorrelationMatch);
    assert.equal((await api.send('GET', 'emails/$count')).text, '0');
    assert.equal((await api.send('GET', 'mr_maildecisions/$count')).text, '0');
    assert.equal((await check({ id: 'x' }, user)).status, 403, 'it tells who is known here');
  });

  test('IN-47, IN-40: a delivery makes the email once, with parties, body, attachment, queue item and decision', async () => {
    const made = await deliver({ id: '<one@customer.example>' });
    assert.equal(made.status, 200, made.text);
    const row = await email(made.json.activityid);
    assert.deepEqual(
      [row.messageid, row.directioncode, row.statuscode, row.subject, row.prioritycode, row.submittedby],
      ['one@customer.example', false, 4, 'A question', 2, 'support@ours.example'],
    );
    assert.equal(row._emailsender_value, contactId);
    assert.equal(row._acceptingentityid_value, queueId);
    assert.equal(row.description, '<p>Hello <b>there</b></p>');
    assert.deepEqual([row.attachmentcount, row.actualend], [1, '2024-05-15T08:00:00Z']);
    const items = await api.send('GET', `queueitems?$filter=_objectid_value eq ${made.json.activityid}`);
    assert.deepEqual(
      items.json.value.map((item: { _queueid_value: string }) => item._queueid_value),
      [queueId],
    );
    const again = await deliver({ id: '<one@customer.example>' });
    assert.equal(again.json.activityid, made.json.activityid);
    const known = await check({ id: 'one@customer.example' });
    assert.deepEqual([known.json.ShouldDeliver, known.json.ReasonCode], [false, reasonCodes.AlreadyTracked]);
    const told = await api.send('GET', "mr_ExplainMessage(MessageId='one@customer.example')");
    assert.match(told.json.Story.join('\n'), /Tracked \(Accepted\).*Support takes messages from leads/);
    assert.equal(JSON.parse(told.json.Explanation).decisions.length, 1);
  });

  test('IN-47: what nobody takes is refused with the reason and its code; by users it is not handed over at all', async () => {
    const refused = await deliver({ id: 'no@else.example', from: 'who@else.example' });
    assert.equal(refused.status, 400, refused.text);
    assert.equal(refused.json.error.code, 'mr_NotAccepted');
    assert.match(refused.json.error.message, /who@else\.example is none.*SenderNotKnown, reason code 100000002/);
    assert.equal((await deliver({ id: 'no@customer.example' }, {}, user)).status, 403);
    const odd = await deliver({ id: 'odd@customer.example' }, { ExtraProperties: { subject: 'x' } });
    assert.match(odd.json.error.message, /ExtraProperties has no 'subject'/);
    const broken = await deliver({ id: 'b@customer.example' }, { Attachments: [{ filename: 'a', body: '???' }] });
    assert.match(broken.json.error.message, /Attachments\[0\] needs 'body'/);
  });

  test('CO-05: ExtraProperties carry In-Reply-To, so that an answer finds its thread', async () => {
    const first = (await deliver({ id: 'thread@customer.example' })).json.activityid;
    const extra = { ExtraProperties: { inreplyto: '<thread@customer.example>' } };
    const second = await deliver({ id: 'answer@customer.example' }, extra);
    assert.equal((await email(second.json.activityid))._parentactivityid_value, first);
  });

  test('IN-12, SC-06: by hand a user tracks what no filter takes, under the id that the client wants', async () => {
    const given = { id: 'hand@else.example', from: 'Zoe Stranger <zoe@else.example>', to: 'uma@ours.example' };
    const checked = await api.send('GET', "CheckPromoteEmail(MessageId='hand@else.example')", undefined, user);
    assert.deepEqual([checked.json.ShouldPromote, checked.json.ReasonCode], [true, 0]);
    const id = randomUUID();
    const made = await promote(id, given);
    assert.equal(made.status, 200, made.text);
    assert.equal(made.json.activityid, id);
    const row = await email(id);
    assert.deepEqual([row._ownerid_value, row._acceptingentityid_value], [api.userId, api.userId]);
    assert.deepEqual([row.directioncode, row.statuscode, row._emailsender_value], [false, 4, null]);
    const again = await promote(randomUUID(), given);
    assert.equal(again.json.activityid, id, 'IN-30: once');
    const after = await api.send('GET', "CheckPromoteEmail(MessageId='hand@else.example')", undefined, user);
    assert.deepEqual([after.json.ShouldPromote, after.json.ReasonCode], [false, reasonCodes.AlreadyTracked]);
    const sent = "CheckPromoteEmail(MessageId='hand@else.example',DirectionCode=1)";
    assert.equal((await api.send('GET', sent, undefined, user)).json.ShouldPromote, true);
    const taken = await promote(id, { ...given, id: 'other@else.example' });
    assert.equal(taken.status, 412, taken.text);
    assert.match(taken.json.error.message, /belongs to another email/);
  });

  test('IN-12, IN-20: by hand also what the mailbox had refused, and what was deleted here', async () => {
    const given = { id: 'refused@else.example', from: 'zoe@else.example', to: 'uma@ours.example' };
    const page = await api.send('GET', `mailboxes?$filter=_regardingobjectid_value eq ${api.userId}`);
    await api.database.records.create('mr_maildecision', {
      mr_mailboxid: { table: 'mailbox', id: page.json.value[0].mailboxid },
      mr_identity: 'refused@else.example',
      mr_messageid: 'refused@else.example',
      mr_sender: 'zoe@else.example',
      mr_verdict: 100000001,
      mr_reasoncode: 'NoCorrelationMatch',
    });
    const made = await promote(randomUUID(), given);
    assert.equal(made.status, 200, made.text);
    const told = JSON.parse(
      (await api.send('GET', "mr_ExplainMessage(MessageId='refused@else.example')")).json.Explanation,
    );
    assert.deepEqual(
      told.decisions.map((one: { verdict: number; reason: string }) => [one.verdict, one.reason]),
      [[100000000, 'Uma User tracked it by hand, which no filter is asked about.']],
    );
    await api.send('DELETE', `emails(${made.json.activityid})`);
    const back = await promote(randomUUID(), given);
    assert.equal(back.status, 200, back.text);
  });

  test('IN-37: what the caller sent becomes a sent email, beside the received copy', async () => {
    const given = { id: 'sent@ours.example', from: 'uma@ours.example', to: 'carla@customer.example' };
    const made = await promote(randomUUID(), given);
    const row = await email(made.json.activityid);
    assert.deepEqual([row.directioncode, row.statuscode, row._receivingmailboxid_value], [true, 3, null]);
    const again = await promote(randomUUID(), given);
    assert.equal(again.json.activityid, made.json.activityid);
    const received = await promote(randomUUID(), given, { ExtraProperties: { directioncode: false } });
    assert.notEqual(received.json.activityid, made.json.activityid);
    assert.equal((await email(received.json.activityid)).directioncode, false);
  });

  test('AD-16, ST-30, PO-04: an unknown sender becomes a contact or lead when organisation and user want that', async () => {
    const senderOf = async (id: string) => {
      const made = await promote(randomUUID(), { id, from: `"New, Ms Nora" <${id}>`, to: 'uma@ours.example' });
      assert.equal(made.status, 200, made.text);
      const parties = await api.send(
        'GET',
        `activityparties?$filter=_activityid_value eq ${made.json.activityid} and participationtypemask eq 1`,
      );
      return parties.json.value[0]._partyid_value;
    };
    const wants = (option: number) =>
      api.database.records.update('usersettings', api.userId, { autocreatecontactonpromote: option });
    assert.equal(await senderOf('a@new.example'), null, 'off unless the user wants it');
    await wants(1);
    const contact = await api.send('GET', `contacts(${await senderOf('b@new.example')})`);
    assert.deepEqual(
      [contact.json.emailaddress1, contact.json._ownerid_value, contact.json.lastname],
      ['b@new.example', api.userId, 'New'],
    );
    await wants(2);
    const lead = await api.send('GET', `leads(${await senderOf('c@new.example')})`);
    assert.deepEqual([lead.json.emailaddress1, lead.json.subject], ['c@new.example', 'A question']);
    const { organizationid } = api.organization;
    await api.send('PATCH', `organizations(${organizationid})`, {
      orgdborgsettings: '<OrgSettings><AutoCreateContactOnPromote>false</AutoCreateContactOnPromote></OrgSettings>',
    });
    assert.equal(await senderOf('d@new.example'), null);
  });

  test('DeliverImmediatePromoteEmail takes attachments that are stored already', async () => {
    const draft = idOf(await api.send('POST', 'emails', { subject: 'Files' }, user));
    const file = idOf(
      await api.send(
        'POST',
        'activitymimeattachments',
        {
          filename: 'kept.txt',
          mimetype: 'text/plain',
          body: Buffer.from('kept').toString('base64'),
          'objectid_email@odata.bind': `/emails(${draft})`,
          objecttypecode: 'email',
        },
        user,
      ),
    );
    const { Attachments: _, ...rest } = content({ id: 'now@else.example', from: 'zoe@else.example' });
    const send = (ids: readonly string[], id = randomUUID()) =>
      api.send('POST', `emails(${id})/${action}.DeliverImmediatePromoteEmail`, { ...rest, AttachmentIds: ids }, user);
    const made = await send([file]);
    assert.equal(made.status, 200, made.text);
    const kept = await api.send(
      'GET',
      `activitymimeattachments?$filter=_objectid_value eq ${made.json.activityid}&$select=filename,body`,
    );
    assert.deepEqual(
      kept.json.value.map((one: { filename: string; body: string }) => [one.filename, one.body]),
      [['kept.txt', Buffer.from('kept').toString('base64')]],
    );
    assert.match((await send([randomUUID()])).json.error.message, /is no attachment here/);
  });

  test('the other bound actions still need a record that is there', async () => {
    const answer = await api.send('POST', `emails(${randomUUID()})/${action}.SendEmail`, { IssueSend: true });
    assert.equal(answer.status, 404);
  });
});
