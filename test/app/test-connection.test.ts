import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeLoopbackProfile } from '../../src/app/loopback-profile.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { startPop3Sandbox } from '../../testbed/demo/pop3-sandbox.ts';
import { startSmtpSandbox } from '../../testbed/demo/smtp-sandbox.ts';
import { type RunningService, startService } from '../support/running-service.ts';

const address = 'ada@harbour.example';

interface Step {
  readonly Direction: string;
  readonly Name: string;
  readonly Ok: boolean;
  readonly Detail: string;
  readonly ServerReply: string | null;
}

describe('mr_TestConnection', () => {
  let service: RunningService;
  let admin: RuledStore;
  let stopServers: () => Promise<unknown>;
  let profileId: string;
  let mailboxId: string;

  before(async () => {
    service = await startService();
    const { database, organization } = service.engine;
    admin = createRuledStore({
      database,
      caller: { systemuserid: organization.administratorId, isAdministrator: true },
      clock: systemClock,
      onMailboxesTouched: () => undefined,
    });
    const users = new Map([[address, 'right']]);
    const pop3 = await startPop3Sandbox({ users });
    const smtp = await startSmtpSandbox({
      users,
      onMessage: () => assert.fail('a test of the connection sends nothing'),
    });
    stopServers = () => Promise.all([pop3.stop(), smtp.stop()]);
    profileId = await makeLoopbackProfile(admin, organization.organizationid, {
      name: 'Sandbox',
      incoming: { protocol: 'pop3', port: pop3.port },
      smtpPort: smtp.port,
      signsInToSend: true,
      intervalSeconds: 60,
    });
  });
  after(async () => {
    await service.stop();
    await stopServers();
  });

  const ask = async (body: object = {}) => {
    const url = `${service.url}/api/data/v9.2/emailserverprofiles(${profileId})/Microsoft.Dynamics.CRM.mr_TestConnection`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, json: JSON.parse(text) };
  };

  test('a profile that no mailbox uses cannot be tested, and the answer says what to do', async () => {
    const answer = await ask();
    assert.equal(answer.json.error?.code, 'mr_NoMailboxToTest');
    assert.match(answer.json.error?.message, /Give it to a mailbox first/);
  });

  const noted = () => service.engine.database.records.retrieve('emailserverprofile', profileId);

  test('UI-06, EP-21: each step of both directions is told with the words of the server', async () => {
    await admin.create('systemuser', {
      firstname: 'Ada',
      lastname: 'K',
      internalemailaddress: address,
      domainname: address,
    });
    const { rows } = await admin.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'emailaddress', operator: 'eq', value: address },
    });
    mailboxId = rows[0]?.mailboxid ?? '';
    await admin.update('mailbox', mailboxId, {
      emailserverprofile: { table: 'emailserverprofile', id: profileId },
      allowemailconnectortousecredentials: true,
      username: address,
      password: 'right',
    });
    const { json } = await ask();
    assert.equal(json.Ok, true, JSON.stringify(json.Steps));
    assert.equal(json.MailboxId, mailboxId);
    const steps = json.Steps as Step[];
    for (const direction of ['incoming', 'outgoing'])
      assert.ok(
        steps.some((step) => step.Direction === direction && step.Name === 'signin' && step.Ok),
        direction,
      );
    assert.ok(steps.some((step) => /235/.test(step.ServerReply ?? '')));
    const profile = await noted();
    assert.deepEqual(
      [profile?.lasttestexecutionstatus, profile?.lasttestvalidationstatus, profile?.lastauthorizationstatus],
      [1, 1, 1],
    );
    assert.match(profile?.lasttestrequest ?? '', /incoming: signin/);
    assert.match(profile?.lasttestresponse ?? '', /outgoing: signin: ok: .*235/);
    assert.ok((profile?.lasttesttotalexecutiontime ?? -1n) >= 0n);
    assert.ok(profile?.lastteststarttime instanceof Date);
  });

  test('EP-21: a wrong password is told as the step that failed, on the profile too, and stays out of the answer', async () => {
    await admin.update('mailbox', mailboxId, { password: 'wrong-secret' });
    const answer = await ask({ MailboxId: mailboxId });
    assert.equal(answer.json.Ok, false);
    const failed = (answer.json.Steps as Step[]).filter((step) => !step.Ok);
    assert.deepEqual([...new Set(failed.map((step) => step.Direction))], ['incoming', 'outgoing']);
    assert.doesNotMatch(answer.text, /wrong-secret/);
    const profile = await noted();
    assert.deepEqual([profile?.lasttestexecutionstatus, profile?.lastauthorizationstatus], [0, 0]);
    assert.match(profile?.lasttestresponse ?? '', /incoming: signin: FAILED/);
    assert.doesNotMatch(profile?.lasttestresponse ?? '', /wrong-secret/);
    const row = await service.engine.database.records.retrieve('mailbox', mailboxId, ['incomingemailstatus']);
    assert.equal(row?.incomingemailstatus, 0, 'nothing is switched');
  });
});
