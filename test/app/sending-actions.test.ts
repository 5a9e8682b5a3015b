import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';

describe('SendFax', () => {
  let api: RuledApi;
  before(async () => {
    api = await openRuledApi();
  });
  after(() => api.close());

  it('marks an open fax as sent; transmitting is refused with what to do', async () => {
    const FaxId = await api.database.records.create('fax', {
      subject: 'Fax',
      ownerid: { table: 'systemuser', id: api.organization.administratorId },
    });
    const send = (IssueSend: boolean) => api.send('POST', 'SendFax', { FaxId, IssueSend });
    assert.equal((await send(true)).json.error.code, 'mr_NoFaxServer');
    assert.equal((await send(false)).status, 204);
    const fax = await api.database.records.retrieve('fax', FaxId);
    assert.deepEqual([fax?.statecode, fax?.statuscode], [1, 3]);
    assert.ok(fax?.actualend);
    assert.equal((await send(false)).status, 400, 'closed');
    const unknown = { FaxId: '00000000-0000-0000-0000-000000000001', IssueSend: false };
    assert.equal((await api.send('POST', 'SendFax', unknown)).status, 404);
  });
});

describe('messages about sending again', () => {
  let api: RuledApi;
  const act = (path: string, body?: object) => api.send('POST', path, body);
  const failedEmail = (values: object) =>
    api.database.records.create('email', {
      subject: 'Failed',
      statuscode: 8,
      statecode: 0,
      directioncode: true,
      mr_sendoutcome: 100_000_004,
      ownerid: { table: 'systemuser', id: api.organization.administratorId },
      ...values,
    });
  before(async () => {
    api = await openRuledApi();
  });
  after(() => api.close());

  it('PAIN-12: mr_Resend and mr_ResendFailed over the Web API say what they did', async () => {
    const id = await failedEmail({});
    const refusal = await act(`emails(${id})/Microsoft.Dynamics.CRM.mr_Resend`);
    assert.equal(refusal.status, 400, 'it has no sender');
    const all = await act('mr_ResendFailed', { Since: '2020-01-01T00:00:00Z' });
    assert.equal(all.status, 200);
    const { Resent, Refused, FirstRefusal } = all.json as Record<string, unknown>;
    assert.deepEqual([Resent, Refused], [0, 1]);
    assert.match(String(FirstRefusal), /no sender/);
    assert.equal((await act('mr_ResendFailed', { MailboxId: 'x' })).status, 400);
  });

  it('PAIN-11: mr_MarkSent decides once', async () => {
    const mailbox = await api.database.records.create('mailbox', { name: 'm', isforwardmailbox: true });
    const id = await failedEmail({
      mr_sendoutcome: 100_000_005,
      sendermailboxid: { table: 'mailbox', id: mailbox },
    });
    const path = `emails(${id})/Microsoft.Dynamics.CRM.mr_MarkSent`;
    assert.equal((await act(path)).status, 204);
    assert.equal((await api.database.records.retrieve('email', id))?.statuscode, 3);
    assert.equal((await act(path)).status, 400);
  });
});
