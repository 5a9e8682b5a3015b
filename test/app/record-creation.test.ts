import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createDescribeUser } from '../../src/app/describe-user.ts';
import { createRecordCreation, type RecordCreation } from '../../src/app/record-creation/record-creation.ts';
import { MailroomError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { runIncomingTurn } from '../../src/pipelines/incoming/pipeline.ts';
import { createAccessDirectory } from '../../src/store/access-directory.ts';
import type { Database } from '../../src/store/database.ts';
import { readOrganizationSettings } from '../../src/store/organization-settings.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import {
  AutomaticMail,
  CreationState,
  DeliveryMethod,
  UnknownSender,
  WhenRegarding,
} from '../../src/tables/choices.ts';
import { rawMail } from '../pipelines/incoming/incoming-fixtures.ts';
import { scriptedServer } from '../pipelines/incoming/scripted-server.ts';
import { type HeldClock, heldClock } from '../support/clock.ts';
import { grantLease } from '../support/organisation.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { type Answer, idOf, testNow } from '../support/web-api.ts';

describe('records out of queues', () => {
  let api: RuledApi;
  let clock: HeldClock;
  let creation: RecordCreation;
  let queueid: string;
  before(async () => {
    api = await openRuledApi();
  });
  after(() => api.close());
  beforeEach(async () => {
    clock = heldClock(testNow);
    creation = runner(api.database);
    queueid = idOf(await api.send('POST', 'queues', { name: `Queue ${Math.random()}` }));
  });

  const runner = (database: Database): RecordCreation => {
    const describeUser = createDescribeUser(createAccessDirectory(api.database));
    return createRecordCreation({
      database,
      callerOf: async (systemuserid) => {
        const known = await describeUser(systemuserid);
        return known && { systemuserid, ...known };
      },
      organization: async () => ({ organizationid: api.organization.organizationid, name: 'Ours' }),
      onMailboxesTouched: () => undefined,
      clock,
      log: silentLog,
    });
  };
  const post = async (set: string, body: object): Promise<string> => {
    const answer = await api.send('POST', set, body);
    assert.equal(answer.status, 204, answer.text);
    return idOf(answer);
  };
  const rule = (more: object = {}): Promise<string> =>
    post('mr_creationrules', { mr_name: 'Rule', 'mr_QueueId@odata.bind': `/queues(${queueid})`, ...more });
  const ruleItem = (ruleId: string, more: { mr_mapping?: object } & Record<string, unknown> = {}): Promise<string> =>
    post('mr_creationruleitems', {
      mr_name: 'Item',
      'mr_CreationRuleId@odata.bind': `/mr_creationrules(${ruleId})`,
      mr_targettable: 'task',
      ...more,
      mr_mapping: JSON.stringify(more.mr_mapping ?? { subject: '{subject}' }),
    });
  /** An email in the queue, received from an address. */
  const arrive = async (values: RecordOf<'email'> = {}, sender: RecordOf<'activityparty'> = {}): Promise<string> => {
    const id = await api.database.records.create('email', {
      subject: 'Broken pump',
      directioncode: false,
      statecode: 1,
      statuscode: 4,
      sender: 'nora@new.example',
      ownerid: { table: 'systemuser', id: api.organization.administratorId },
      ...values,
    });
    await api.database.records.create('activityparty', {
      activityid: { table: 'email', id },
      participationtypemask: 1,
      addressused: values.sender ?? 'nora@new.example',
      unresolvedpartyname: 'Nora New',
      ispartydeleted: false,
      ...sender,
    });
    const answer = await api.send('POST', `queues(${queueid})/Microsoft.Dynamics.CRM.AddToQueue`, {
      Target: { '@odata.type': 'Microsoft.Dynamics.CRM.email', activityid: id },
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.QueueItemId;
  };
  const item = async (id: string): Promise<RecordOf<'queueitem'>> =>
    (await api.database.records.retrieve('queueitem', id)) ?? {};
  const code = (answer: Answer): string => answer.json.error?.code ?? '';

  test('QU-08: the first item whose condition fits makes the record; the email regards it', async () => {
    const ruleId = await rule();
    await ruleItem(ruleId, { mr_name: 'Orders', mr_order: 1, mr_filter: "contains(subject,'order')" });
    await ruleItem(ruleId, {
      mr_name: 'Troubles',
      mr_order: 2,
      mr_filter: "contains(subject,'pump') and directioncode eq false",
      mr_targettable: 'lead',
      mr_mapping: {
        subject: '{subject}',
        description: 'From {sendername} <{sender}>',
        firstname: '{senderfirstname}',
        lastname: '{senderlastname}',
        emailaddress1: '{sender}',
      },
    });
    await ruleItem(ruleId, { mr_name: 'Rest', mr_order: 3 });
    const id = await arrive();
    assert.equal(await creation.runDue(), 1);
    const row = await item(id);
    assert.equal(row.mr_creationstate, CreationState.made, row.mr_creationoutcome ?? '');
    assert.match(row.mr_creationoutcome ?? '', /Item "Troubles" made lead/);
    const lead = await api.database.records.retrieve('lead', row.mr_createdrecordid?.id ?? '');
    assert.deepEqual(
      [lead?.subject, lead?.description, lead?.fullname, lead?.emailaddress1, lead?.ownerid?.id],
      [
        'Broken pump',
        'From Nora New <nora@new.example>',
        'Nora New',
        'nora@new.example',
        api.organization.administratorId,
      ],
    );
    const email = await api.database.records.retrieve('email', row.objectid?.id ?? '');
    assert.deepEqual([email?.regardingobjectid?.table, email?.regardingobjectid?.id], ['lead', lead?.leadid]);
    assert.equal(await creation.runDue(), 0, 'once');
  });

  test('QU-09: ProcessInboundEmail puts a received email before the rules again, unless a record was made', async () => {
    const ruleId = await rule();
    const wrong = await ruleItem(ruleId, { mr_filter: "contains(subject,'order')" });
    const id = await arrive();
    assert.equal(await creation.runDue(), 1);
    assert.equal((await item(id)).mr_creationstate, CreationState.notWanted);
    const emailid = (await item(id)).objectid?.id ?? '';
    const process = () => api.send('POST', `emails(${emailid})/Microsoft.Dynamics.CRM.ProcessInboundEmail`);
    await api.send('PATCH', `mr_creationruleitems(${wrong})`, { mr_filter: "contains(subject,'pump')" });
    assert.equal((await process()).status, 204);
    assert.equal(await creation.runDue(), 1);
    assert.equal((await item(id)).mr_creationstate, CreationState.made);
    assert.equal((await process()).status, 204);
    assert.equal(await creation.runDue(), 0, 'the record is there');
    await api.database.records.update('email', emailid, { statuscode: 3 });
    assert.equal(code(await process()), '0x80040203');
  });

  test('QU-08: nothing fits, no rule: nothing is made, and the reason is kept', async () => {
    const ruleId = await rule();
    await ruleItem(ruleId, { mr_filter: "subject eq 'Else'" });
    const id = await arrive();
    await creation.runDue();
    assert.deepEqual(
      [(await item(id)).mr_creationstate, (await item(id)).mr_creationoutcome],
      [CreationState.notWanted, 'No item of the rule fits it.'],
    );
    await api.send('PATCH', `mr_creationrules(${ruleId})`, { statecode: 1 });
    const later = await arrive();
    assert.equal((await item(later)).mr_creationstate, null, 'without an active rule nothing waits');
  });

  test('QU-08: an unknown sender is refused, taken, or becomes a contact first', async () => {
    const ruleId = await rule({ mr_unknownsender: UnknownSender.noRecord });
    await ruleItem(ruleId, { mr_mapping: { subject: '{sendername}', description: '{senderid}' } });
    const refused = await arrive();
    await creation.runDue();
    assert.match((await item(refused)).mr_creationoutcome ?? '', /Nobody knows its sender nora@new\.example/);
    await api.send('PATCH', `mr_creationrules(${ruleId})`, { mr_unknownsender: UnknownSender.contact });
    const known = await arrive({ sender: 'olga@new.example' }, { unresolvedpartyname: 'Olga Old' });
    await creation.runDue();
    const made = await item(known);
    const contacts = await api.database.records.retrieveMultiple({
      table: 'contact',
      filter: { column: 'emailaddress1', operator: 'eq', value: 'olga@new.example' },
    });
    assert.equal(contacts.rows[0]?.fullname, 'Olga Old');
    const task = await api.database.records.retrieve('task', made.mr_createdrecordid?.id ?? '');
    assert.deepEqual([task?.subject, task?.description], ['Olga Old', contacts.rows[0]?.contactid]);
    const email = await api.database.records.retrieve('email', made.objectid?.id ?? '');
    assert.equal(email?.emailsender?.id, contacts.rows[0]?.contactid);
  });

  test('QU-08: mail about a record: nothing, or one when that record is closed', async () => {
    const contact = await post('contacts', { lastname: 'Closed soon' });
    const about = { regardingobjectid: { table: 'contact', id: contact } };
    const ruleId = await rule();
    await ruleItem(ruleId);
    const outcome = async (): Promise<[number | null | undefined, string]> => {
      const id = await arrive(about);
      await creation.runDue();
      const row = await item(id);
      return [row.mr_creationstate, row.mr_creationoutcome ?? ''];
    };
    assert.match((await outcome())[1], /regards contact "Closed soon" already/);
    await api.send('PATCH', `mr_creationrules(${ruleId})`, {
      mr_whenregarding: WhenRegarding.whenClosed,
      mr_closedforhours: 2,
    });
    assert.match((await outcome())[1], /which is open/);
    await api.send('PATCH', `contacts(${contact})`, { statecode: 1, statuscode: 2 });
    assert.match((await outcome())[1], /less than 2 hours ago/);
    await clock.advance(3 * 3_600_000);
    assert.equal((await outcome())[0], CreationState.made);
    await api.send('PATCH', `mr_creationrules(${ruleId})`, { mr_whenregarding: WhenRegarding.always });
    assert.equal((await outcome())[0], CreationState.made);
  });

  test('PAIN-08: automatic mail makes no record unless the rule says so', async () => {
    const ruleId = await rule();
    await ruleItem(ruleId);
    const automatic = { mr_automatickind: 100000001 };
    const id = await arrive(automatic);
    await creation.runDue();
    assert.match((await item(id)).mr_creationoutcome ?? '', /automatic mail \(automatic reply\)/);
    await api.send('PATCH', `mr_creationrules(${ruleId})`, { mr_automaticmail: AutomaticMail.record });
    const second = await arrive(automatic);
    await creation.runDue();
    assert.equal((await item(second)).mr_creationstate, CreationState.made);
  });

  test('QU-08: it runs in the name of its owner, who must see what came', async () => {
    const ruleId = await rule({ 'ownerid@odata.bind': `/systemusers(${api.userId})` });
    await ruleItem(ruleId);
    const hidden = await arrive();
    const seen = await arrive({ ownerid: { table: 'systemuser', id: api.userId } });
    await creation.runDue();
    assert.match((await item(hidden)).mr_creationoutcome ?? '', /owner cannot see/);
    const row = await item(seen);
    const task = await api.database.records.retrieve('task', row.mr_createdrecordid?.id ?? '');
    assert.deepEqual([task?.ownerid?.id, task?.createdby?.id], [api.userId, api.userId]);
    await api.send('PATCH', `systemusers(${api.userId})`, { isdisabled: true });
    const orphan = await arrive();
    await creation.runDue();
    await api.send('PATCH', `systemusers(${api.userId})`, { isdisabled: false });
    assert.equal((await item(orphan)).mr_creationstate, CreationState.failed);
    assert.match((await item(orphan)).mr_creationoutcome ?? '', /owner is disabled/);
  });

  test('QU-09: a rule that fails leaves the email and its item, and nothing half made', async () => {
    const ruleId = await rule({ mr_unknownsender: UnknownSender.contact });
    await ruleItem(ruleId, { mr_mapping: { subject: 'x', nosuchcolumn: 1 } });
    const id = await arrive({ sender: 'half@new.example' });
    await creation.runDue();
    const row = await item(id);
    assert.equal(row.mr_creationstate, CreationState.failed);
    assert.match(row.mr_creationoutcome ?? '', /nosuchcolumn/);
    assert.ok(await api.database.records.retrieve('email', row.objectid?.id ?? ''));
    const contacts = await api.database.records.count('contact', {
      column: 'emailaddress1',
      operator: 'eq',
      value: 'half@new.example',
    });
    assert.equal(contacts, 0, 'the contact goes with the failed record');
  });

  test('QU-09: trouble that may pass is tried again, then told', async () => {
    const ruleId = await rule();
    await ruleItem(ruleId);
    const id = await arrive();
    const broken: Database = {
      ...api.database,
      transaction: (work) =>
        api.database.transaction((scope) =>
          work({
            ...scope,
            records: {
              ...scope.records,
              as: (user) => ({
                ...scope.records.as(user),
                create: () => {
                  throw new MailroomError('The database is full.', { code: 'mr_StoreFull', kind: 'transient' });
                },
              }),
            },
          }),
        ),
    };
    for (const minutes of [1, 5, 25, 125]) {
      assert.equal(await runner(broken).runDue(), 1);
      assert.equal((await item(id)).mr_creationstate, CreationState.waiting);
      await clock.advance(minutes * 60_000 - 1000);
      assert.equal(await runner(broken).runDue(), 0, `not before ${minutes} minutes`);
      await clock.advance(1000);
    }
    await runner(broken).runDue();
    assert.equal((await item(id)).mr_creationstate, CreationState.failed);
    assert.match((await item(id)).mr_creationoutcome ?? '', /database is full/);
  });

  test('two runners at once make one record', async () => {
    const ruleId = await rule();
    await ruleItem(ruleId);
    const ids = [await arrive(), await arrive(), await arrive()];
    const before = await api.database.records.count('task');
    await Promise.all([creation.runDue(), runner(api.database).runDue()]);
    assert.equal((await api.database.records.count('task')) - before, ids.length);
  });

  test('QU-08: one active rule a queue and source; sources, targets and mappings are checked', async () => {
    const first = await rule();
    const bind = { 'mr_QueueId@odata.bind': `/queues(${queueid})` };
    const second = await api.send('POST', 'mr_creationrules', { mr_name: 'Second', ...bind });
    assert.deepEqual([second.status, code(second)], [400, 'mr_RuleExists']);
    const draft = await post('mr_creationrules', { mr_name: 'Draft', statecode: 1, statuscode: 2, ...bind });
    const activated = await api.send('PATCH', `mr_creationrules(${draft})`, { statecode: 0 });
    assert.equal(code(activated), 'mr_RuleExists');
    await post('mr_creationrules', { mr_name: 'Tasks', mr_sourcetable: 'task', ...bind });
    const wrong = await api.send('POST', 'mr_creationrules', { mr_name: 'X', mr_sourcetable: 'contact', ...bind });
    assert.deepEqual([wrong.status, code(wrong)], [400, '0x80040203']);
    const items = (values: object) =>
      api.send('POST', 'mr_creationruleitems', {
        mr_name: 'I',
        'mr_CreationRuleId@odata.bind': `/mr_creationrules(${first})`,
        mr_targettable: 'task',
        mr_mapping: '{}',
        ...values,
      });
    for (const values of [{ mr_targettable: 'systemuser' }, { mr_mapping: 'no json' }, { mr_mapping: '[1]' }]) {
      const refused = await items(values);
      assert.deepEqual([refused.status, code(refused)], [400, '0x80040203'], refused.text);
    }
    const denied = await api.send(
      'POST',
      'mr_creationrules',
      { mr_name: 'U', ...bind },
      { authorization: 'Bearer user' },
    );
    assert.equal(denied.status, 403);
    assert.equal((await api.send('DELETE', `queues(${queueid})`)).status, 204);
    assert.equal((await api.send('GET', `mr_creationrules(${first})`)).status, 404, 'rules go with their queue');
  });

  test('QU-07, QU-09: mail that comes into a queue with a rule becomes a record', async () => {
    const support = idOf(await api.send('POST', 'queues', { name: 'Support', emailaddress: 'support@ours.example' }));
    queueid = support;
    const ruleId = await rule();
    await ruleItem(ruleId, { mr_filter: "startswith(subject,'A question')" });
    const { database } = api;
    const { defaultmailbox } = (await database.records.retrieve('queue', support)) ?? {};
    const mailboxid = defaultmailbox?.id ?? '';
    await database.records.update('mailbox', mailboxid, {
      incomingemaildeliverymethod: DeliveryMethod.serverSide,
      processemailreceivedafter: new Date('2020-01-01T00:00:00Z'),
    });
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ date: new Date('2024-05-15T09:00:00Z') }) }]);
    const outcome = await runIncomingTurn({
      database,
      lease: await grantLease(database, mailboxid, 'incoming'),
      mailbox: (await database.records.retrieve('mailbox', mailboxid)) ?? {},
      profile: {},
      settings: await readOrganizationSettings(database.records),
      systemUserId: api.organization.systemUserId,
      connect: () => server.connect(),
      clock,
      log: silentLog,
      signal: new AbortController().signal,
      maxItems: 10,
    });
    assert.equal(outcome.error, undefined, outcome.error?.message);
    const [waiting] = (await api.send('GET', `queueitems?$filter=_queueid_value eq ${support}`)).json.value;
    assert.equal(waiting?.mr_creationstate, CreationState.waiting);
    await creation.runDue();
    const row = await item(waiting.queueitemid);
    assert.equal(row.mr_creationstate, CreationState.made, row.mr_creationoutcome ?? '');
    const task = await database.records.retrieve('task', row.mr_createdrecordid?.id ?? '');
    assert.equal(task?.subject, 'A question');
  });
});
