import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

describe('mr_RetrieveOverview', () => {
  let web: WholeWeb;
  before(async () => {
    web = await openWholeWeb();
  });
  after(() => web.close());
  const ask = (bearer = web.adminBearer, hours = 24) =>
    web.send('GET', `/api/data/v9.2/mr_RetrieveOverview(Hours=${hours})`, undefined, bearer);
  const states = (body: unknown) =>
    Object.fromEntries(
      (body as { MailboxStates: { State: string; Count: number }[] }).MailboxStates.map((one) => [
        one.State,
        one.Count,
      ]),
    );

  test('every mailbox is counted in one state', async () => {
    await web.admin.create('systemuser', {
      firstname: 'A',
      lastname: 'B',
      internalemailaddress: 'a@x.example',
      domainname: 'a@x.example',
    });
    const before = states((await ask()).json);
    assert.deepEqual(before, { unused: 1, unapproved: 1 });
    const { rows } = await web.admin.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'emailaddress', operator: 'eq', value: 'a@x.example' },
    });
    const id = rows[0]?.mailboxid ?? '';
    await web.admin.update('mailbox', id, { emailrouteraccessapproval: 1 });
    assert.deepEqual(states((await ask()).json), { unused: 1, untested: 1 });
    const set = (values: object) => web.database.records.update('mailbox', id, values);
    await set({ mailboxstatus: 2 });
    assert.deepEqual(states((await ask()).json), { unused: 1, failing: 1 });
    await set({ mailboxstatus: 1, mr_incomingfailurecount: 2 });
    assert.deepEqual(states((await ask()).json), { unused: 1, retrying: 1 });
    await set({ mr_incomingfailurecount: 0, mr_incominglagseconds: 90, enabledforincomingemail: true });
    const working = (await ask()).json as { LagSeconds: number; LagMailboxId: string };
    assert.deepEqual(states(working), { unused: 1, working: 1 });
    assert.equal(working.LagSeconds, 90);
    assert.equal(working.LagMailboxId, id);
    await web.admin.update('mailbox', id, { statecode: 1 });
    assert.deepEqual(states((await ask()).json), { unused: 1, inactive: 1 });
  });

  test('mail is counted by hour, hours without mail too, and waiting sends by their state', async () => {
    const records = web.database.records;
    await records.create('email', { subject: 'in', directioncode: false, statuscode: 4, statecode: 1 });
    await records.create('email', { subject: 'out', directioncode: true, statuscode: 3, statecode: 1 });
    await records.create('email', { subject: 'waits', directioncode: true, statuscode: 6, statecode: 1 });
    const body = (await ask()).json as {
      Hours: { Start: string; Incoming: number; Outgoing: number }[];
      WaitingSends: number;
      FailedSends: number;
    };
    assert.equal(body.Hours.length, 24);
    const last = body.Hours.at(-1);
    assert.deepEqual([last?.Incoming, last?.Outgoing], [1, 1]);
    assert.ok(web.clock.now().getTime() - Date.parse(last?.Start ?? '') < 3_600_000);
    assert.equal(
      body.Hours.slice(0, -1).every((hour) => hour.Incoming === 0 && hour.Outgoing === 0),
      true,
    );
    assert.deepEqual([body.WaitingSends, body.FailedSends], [1, 0]);
    assert.equal(((await ask(web.adminBearer, 1)).json as { Hours: unknown[] }).Hours.length, 1);
  });

  test('who is no administrator is told nothing about the mail of others', async () => {
    const { bearer } = await web.user('Plain');
    const answer = await ask(bearer);
    assert.equal(answer.status, 403);
    assert.match(JSON.stringify(answer.json), /for administrators/);
  });
});
