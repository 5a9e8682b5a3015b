import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MailboxStatus } from '../../src/tables/choices.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';

const user = { authorization: 'Bearer user' };

describe('messages about incoming mail', () => {
  let api: RuledApi;
  let usersMailbox: string;
  before(async () => {
    api = await openRuledApi();
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
});
