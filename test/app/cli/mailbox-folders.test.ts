import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runMailroom } from '../../support/command-line.ts';
import { openRuledApi, type RuledApi } from '../../support/ruled-api.ts';
import { idOf } from '../../support/web-api.ts';

const folder = (id: string, parentId: string | undefined, name: string, role = 'other') => ({
  id,
  parentId,
  name,
  role,
  itemCount: 3,
});

describe('the folders of a mailbox', () => {
  let api: RuledApi;
  let mailboxId = '';
  before(async () => {
    api = await openRuledApi();
    const user = idOf(
      await api.send('POST', 'systemusers', {
        firstname: 'Ada',
        lastname: 'Keller',
        internalemailaddress: 'ada@harbour.example',
        domainname: 'ada@harbour.example',
      }),
    );
    const { rows } = await api.database.records.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: user },
    });
    mailboxId = rows[0]?.mailboxid ?? '';
    await api.database.records.update('mailbox', mailboxId, { incomingemaildeliverymethod: 2 });
    const folders = [
      folder('in', undefined, 'Inbox', 'inbox'),
      folder('p', 'in', 'Projects'),
      folder('h', 'p', 'Harbour'),
      folder('s', undefined, 'Sent Items', 'sent'),
    ];
    await api.database.sql(
      "insert into mr_cursor (mailboxid, work, name, value) values ($1, 'tracking', 'folders', $2)",
      [mailboxId, JSON.stringify({ state: 'x', folders })],
    );
    for (const exchangefolderid of ['h', 'gone']) {
      const made = await api.send('POST', 'mailboxtrackingfolders', {
        'mailboxid@odata.bind': `/mailboxes(${mailboxId})`,
        exchangefolderid,
        exchangefoldername: exchangefolderid === 'gone' ? 'Old project' : 'Harbour',
      });
      assert.equal(made.status, 204, made.text);
    }
  });
  after(() => api.close());

  const run = (...args: string[]): Promise<string> =>
    runMailroom({ MAILROOM_DATABASE_URL: api.url, MAILROOM_SECRET_KEY: '07'.repeat(32) }, 'mailbox', ...args);

  it('FT-18: mailroom mailbox folders lists those that can be tracked with their ids, and every rule', async () => {
    const lines = (await run('folders', 'ada@harbour.example')).trim().split('\n').slice(2);
    assert.deepEqual(
      lines.map((line) => line.replace(/ {2,}/g, ' | ')),
      [
        'Inbox / Projects | p',
        'Inbox / Projects / Harbour | Waiting, 0 of ? messages. The next turn of the mailbox looks at it. | h',
        'Old project | Waiting, 0 of ? messages. The next turn of the mailbox looks at it. | gone',
      ],
    );
  });

  it('FT-20: mailroom mailbox show tells the rules with state and progress', async () => {
    const { rows } = await api.database.records.retrieveMultiple({ table: 'mailboxtrackingfolder' });
    const rule = rows.find((row) => row.exchangefolderid === 'h')?.mailboxtrackingfolderid ?? '';
    await api.database.records.update('mailboxtrackingfolder', rule, {
      mr_state: 100000001,
      mr_statereason: 'Mail in the folder is tracked.',
      folderonboardingstatus: 1,
      mr_itemsdone: 20,
      mr_itemstotal: 51,
    });
    assert.match(
      await run('show', 'ada@harbour.example'),
      /tracked folders +Inbox \/ Projects \/ Harbour: Tracked, 20 of 51 messages\. Mail in the folder is tracked\./,
    );
  });

  it('FT-18: mr_ListMailFolders tells the same by the Web API', async () => {
    const answer = await api.send('GET', `mailboxes(${mailboxId})/Microsoft.Dynamics.CRM.mr_ListMailFolders()`);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(
      answer.json.Folders.map((one: { Path: string; State: string | null }) => [one.Path, one.State]),
      [
        ['Inbox / Projects', null],
        ['Inbox / Projects / Harbour', 'Tracked'],
        ['Old project', 'Waiting'],
      ],
    );
  });

  it('mr_ListMailFolders with Live asks the server, and says what to do where there is none', async () => {
    const path = `mailboxes(${mailboxId})/Microsoft.Dynamics.CRM.mr_ListMailFolders(Live=true)`;
    const answer = await api.send('GET', path);
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.json.error.message, /"Ada Keller" has no email server profile\. Give it one/);
  });
});
