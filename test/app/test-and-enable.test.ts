import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

test('TE-01, EP-23: Test & Enable can be asked for one mailbox, or for all active ones of a profile', async () => {
  const profile = idOf(
    await api.send('POST', 'emailserverprofiles', {
      name: 'Ours',
      servertype: 1,
      incomingserverlocation: 'pop.ours.example',
      outgoingserverlocation: 'smtp.ours.example',
    }),
  );
  const mailboxes: string[] = [];
  for (const name of ['One', 'Two', 'Three']) {
    const address = `${name.toLowerCase()}@ours.example`;
    await api.send('POST', 'queues', { name, emailaddress: address });
    const found = await api.send('GET', `mailboxes?$select=mailboxid&$filter=emailaddress eq '${address}'`);
    const id = found.json.value[0].mailboxid;
    mailboxes.push(id);
    const body = { 'emailserverprofile@odata.bind': `/emailserverprofiles(${profile})` };
    assert.equal((await api.send('PATCH', `mailboxes(${id})`, body)).status, 204);
  }
  const scheduled = async () => {
    const answer = await api.send('GET', `mailboxes?$select=testemailconfigurationscheduled&$orderby=name`);
    return answer.json.value
      .filter(({ mailboxid }: { mailboxid: string }) => mailboxes.includes(mailboxid))
      .map((row: { testemailconfigurationscheduled: boolean }) => row.testemailconfigurationscheduled === true);
  };
  const single = await api.send('POST', `mailboxes(${mailboxes[0]})/Microsoft.Dynamics.CRM.mr_TestAndEnable`);
  assert.equal(single.status, 204, single.text);
  assert.equal((await scheduled()).filter(Boolean).length, 1);
  await api.send('PATCH', `mailboxes(${mailboxes[2]})`, { statecode: 1, statuscode: 2 });
  const all = await api.send(
    'POST',
    `emailserverprofiles(${profile})/Microsoft.Dynamics.CRM.mr_TestAndEnableMailboxes`,
  );
  assert.equal(all.status, 200, all.text);
  assert.equal(all.json.Count, 2);
  assert.equal((await scheduled()).filter(Boolean).length, 2);
  const user = { authorization: 'Bearer user' };
  const refused = await api.send(
    'POST',
    `emailserverprofiles(${profile})/Microsoft.Dynamics.CRM.mr_TestAndEnableMailboxes`,
    {},
    user,
  );
  assert.ok(refused.status >= 400);
});
