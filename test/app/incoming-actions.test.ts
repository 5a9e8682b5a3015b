import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MailboxStatus } from '../../src/tables/choices.ts';
import { rawMail } from '../pipelines/incoming/incoming-fixtures.ts';
import { scriptedServer } from '../pipelines/incoming/scripted-server.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

const user = { authorization: 'Bearer user' };

describe('messages about incoming mail', () => {
  let api: RuledApi;
  const server = scriptedServer();
  let usersMailbox: string;
  before(async () => {
    api = await openRuledApi(undefined, () => server.connect());
    const page = await api.database.records.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: api.userId },
    });
    usersMailbox = page.rows[0]?.mailboxid ?? '';
  });
  after(() => api.close());

  test('TE-09, TE-11: a backfill is asked for by whoever may see the mailbox, once incoming mail is enabled', async () => {
    const path = `mailboxes(${usersMailbox})/Microsoft.Dynamics.CRM.mr_BackfillMailbox`;
    const body = { Since: '2024-01-01T00:00:00Z' };
    const early = await api.send('POST', path, body, user);
    assert.equal(early.status, 400, early.text);
    assert.match(early.json.error.message, /not enabled/);
    await api.database.records.update('mailbox', usersMailbox, {
      enabledforincomingemail: true,
      incomingemailstatus: MailboxStatus.success,
    });
    const done = await api.send('POST', path, body, user);
    assert.equal(done.status, 204, done.text);
    const row = await api.send(
      'GET',
      `mailboxes(${usersMailbox})?$select=mr_revisitfrom,mr_revisitkind,mr_revisitdone`,
    );
    assert.deepEqual(
      [row.json.mr_revisitfrom, row.json.mr_revisitkind, row.json.mr_revisitdone],
      ['2024-01-01T00:00:00Z', 100000000, null],
    );
    const due = await api.database.sql<{ work: string }>(
      'select work from mr_mailboxlease where mailboxid = $1::uuid and dueon is not null',
      [usersMailbox],
    );
    assert.deepEqual(
      due.map((one) => one.work),
      ['incoming'],
    );
    const ahead = await api.send('POST', path, { Since: '2999-01-01T00:00:00Z' });
    assert.match(ahead.json.error.message, /lies in the future/);
    const written = await api.send('PATCH', `mailboxes(${usersMailbox})`, { mr_revisitfrom: '2020-01-01T00:00:00Z' });
    assert.equal(written.status, 400, 'its columns are not written by hand');
  });

  test('TE-11: nobody asks for it on a mailbox they cannot see', async () => {
    const others = await api.database.records.create('mailbox', {
      name: 'Other',
      enabledforincomingemail: true,
      ownerid: { table: 'systemuser', id: api.organization.administratorId },
    });
    const path = `mailboxes(${others})/Microsoft.Dynamics.CRM.mr_ReevaluateMailbox`;
    const answer = await api.send('POST', path, { Since: '2024-01-01T00:00:00Z' }, user);
    assert.equal(answer.status, 404, answer.text);
  });

  test('MO-08: mr_ExplainMessage tells administrators the story of a message, nobody else', async () => {
    await api.database.records.create('mr_maildecision', {
      mr_mailboxid: { table: 'mailbox', id: usersMailbox },
      mr_messageid: "o'neil+1@x.example",
      mr_subject: 'Hello',
      mr_verdict: 100000001,
      mr_reasoncode: 'FilterNone',
      mr_reason: 'Uma User takes no messages by itself.',
    });
    const path = `mr_ExplainMessage(MessageId=@id)?@id='${encodeURIComponent("<o''neil+1@x.example>")}'`;
    const answer = await api.send('GET', path);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.json.Story.join('\n'), /Not tracked \(FilterNone\).*takes no messages by itself/);
    assert.equal(JSON.parse(answer.json.Explanation).decisions[0].code, 'FilterNone');
    assert.equal((await api.send('GET', path, undefined, user)).status, 403);
    const unseen = await api.send('GET', "mr_ExplainMessage(MessageId='x@y.example')");
    assert.equal(unseen.status, 404);
  });

  test('mr_PreviewMailbox tells what would be tracked in the mailbox, and does nothing', async () => {
    const profile = idOf(
      await api.send('POST', 'emailserverprofiles', {
        name: 'POP3',
        servertype: 1,
        incomingserverlocation: 'pop.ours.example',
        outgoingserverlocation: 'smtp.ours.example',
        incomingusessl: true,
        outgoingusessl: true,
      }),
    );
    await api.database.records.update('mailbox', usersMailbox, {
      emailserverprofile: { table: 'emailserverprofile', id: profile },
    });
    await api.database.records.update('usersettings', api.userId, { incomingemailfilteringmethod: 0 });
    const fields = { to: 'uma@ours.example', date: new Date('2024-02-01T08:00:00Z') };
    server.mails = [
      { serverId: 'old', raw: rawMail({ ...fields, id: 'old@x.example', date: new Date('2023-02-01T08:00:00Z') }) },
      { serverId: 'a', raw: rawMail({ ...fields, id: 'a@x.example' }) },
      { serverId: 'b', raw: rawMail({ ...fields, id: 'b@x.example', to: 'else@x.example' }) },
    ];
    const path = `mailboxes(${usersMailbox})/Microsoft.Dynamics.CRM.mr_PreviewMailbox`;
    const answer = await api.send('POST', path, { Since: '2024-01-01T00:00:00Z' }, user);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([answer.json.Complete, answer.json.Total, answer.json.Done, answer.json.Tracked], [true, 3, 3, 2]);
    const messages = JSON.parse(answer.json.Messages) as { messageId: string; verdict: string; reason: string }[];
    assert.deepEqual(
      messages.map((one) => [one.messageId, one.verdict]),
      [
        ['a@x.example', 'tracked'],
        ['b@x.example', 'tracked'],
      ],
    );
    assert.match(messages[1]?.reason ?? '', /Uma User, whose mailbox it was found in, takes all messages/);
    assert.equal((await api.send('GET', 'emails/$count')).text, '0');
  });
});
