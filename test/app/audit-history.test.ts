import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { defaultRoleId } from '../../src/rules/seed-roles.ts';
import { idOf } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

let web: WholeWeb;
before(async () => {
  web = await openWholeWeb();
});
after(() => web.close());

const historyOf = (target: string, more = '') =>
  `RetrieveRecordChangeHistory(Target=@t${more ? ',PagingInfo=@p' : ''})?@t={'@odata.id':'${target}'}${more ? `&@p=${more}` : ''}`;

async function changedQueue(): Promise<string> {
  const id = idOf(await web.send('POST', 'queues', { name: 'First' }, web.adminBearer));
  for (const name of ['Second', 'Third'])
    assert.equal((await web.send('PATCH', `queues(${id})`, { name }, web.adminBearer)).status, 204);
  return id;
}

test('the history of a record: the newest first, values before and after, by pages', async () => {
  const id = await changedQueue();
  const answer = await web.send('GET', historyOf(`queues(${id})`), undefined, web.adminBearer);
  assert.equal(answer.status, 200, answer.text);
  const { AuditDetails, MoreRecords } = answer.json.AuditDetailCollection;
  assert.equal(MoreRecords, false);
  const [third, second] = AuditDetails;
  const first = AuditDetails.at(-1);
  assert.equal(first.AuditRecord.action, 1);
  assert.equal(first.NewValue._ownerid_value, web.organization.administratorId);
  assert.deepEqual([second.OldValue.name, second.NewValue.name], ['First', 'Second']);
  assert.deepEqual([third.OldValue.name, third.NewValue.name], ['Second', 'Third']);
  assert.equal(third['@odata.type'], '#Microsoft.Dynamics.CRM.AttributeAuditDetail');
  assert.equal(third.AuditRecord._userid_value, web.organization.administratorId);
  const paged = await web.send(
    'GET',
    historyOf(`queues(${id})`, `{"PageNumber":2,"Count":3,"ReturnTotalRecordCount":true}`),
    undefined,
    web.adminBearer,
  );
  assert.equal(paged.status, 200, paged.text);
  assert.equal(paged.json.AuditDetailCollection.TotalRecordCount, AuditDetails.length);
  assert.equal(paged.json.AuditDetailCollection.AuditDetails[0].AuditRecord.auditid, first.AuditRecord.auditid);
  const one = await web.send(
    'GET',
    `audits(${third.AuditRecord.auditid})/Microsoft.Dynamics.CRM.RetrieveAuditDetails()`,
    undefined,
    web.adminBearer,
  );
  assert.deepEqual(one.json.AuditDetail, third);
});

test('the history of one column; an unknown one is refused', async () => {
  const id = await changedQueue();
  await web.send('PATCH', `queues(${id})`, { description: 'Told' }, web.adminBearer);
  const of = (column: string) =>
    web.send(
      'GET',
      `RetrieveAttributeChangeHistory(Target=@t,AttributeLogicalName='${column}')?@t={'@odata.id':'queues(${id})'}`,
      undefined,
      web.adminBearer,
    );
  const names = (await of('name')).json.AuditDetailCollection.AuditDetails.map(
    (detail: { NewValue: { name: string } }) => detail.NewValue.name,
  );
  assert.deepEqual(names, ['Third', 'Second', 'First']);
  const unknown = await of('nothing');
  assert.equal(unknown.status, 400);
  assert.equal(unknown.json.error.code, '0x80041103');
});

test('SE-02: the audit is read with its privileges alone, by query and by message', async () => {
  const id = await changedQueue();
  const [plain, auditor] = [await web.user('Plain'), await web.user('Aud')];
  await web.admin.create('systemuserroles', { systemuserid: auditor.id, roleid: defaultRoleId('Auditor') });
  const query = `audits?$filter=_objectid_value eq ${id}&$orderby=createdon,versionnumber&$select=action,_userid_value,_objectid_value,changedata`;
  assert.equal((await web.send('GET', query, undefined, plain.bearer)).status, 403);
  const history = await web.send('GET', historyOf(`queues(${id})`), undefined, plain.bearer);
  assert.equal(history.status, 403);
  assert.match(history.json.error.message, /prvReadRecordAuditHistory/);
  const seen = await web.send('GET', query, undefined, auditor.bearer);
  assert.equal(seen.status, 200, seen.text);
  assert.deepEqual(
    seen.json.value.map((row: { action: number }) => row.action),
    [1, 2, 2, 2],
  );
  assert.equal((await web.send('GET', historyOf(`queues(${id})`), undefined, auditor.bearer)).status, 200);
  const joined = await web.send(
    'GET',
    `audits?$filter=_objectid_value eq ${id}&$expand=userid($select=fullname)&$top=1`,
    undefined,
    auditor.bearer,
  );
  assert.equal(joined.json.value[0].userid.fullname, 'Mailroom Administrator');
  for (const [method, path, body] of [
    ['POST', 'audits', { action: 1 }],
    ['DELETE', `audits(${seen.json.value[0].auditid ?? id})`, undefined],
  ] as const)
    assert.ok((await web.send(method, path, body, web.adminBearer)).status >= 400, `${method} ${path}`);
});

test('a record that is gone keeps its history for those who may read all of the audit', async () => {
  const id = await changedQueue();
  await web.send('DELETE', `queues(${id})`, undefined, web.adminBearer);
  const typed = `RetrieveRecordChangeHistory(Target=@t)?@t={'@odata.type':'Microsoft.Dynamics.CRM.queue','queueid':'${id}'}`;
  const answer = await web.send('GET', typed, undefined, web.adminBearer);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.AuditDetailCollection.AuditDetails[0].AuditRecord.action, 3);
});

test('acting for another: userid is that user, callinguserid who asked', async () => {
  const friend = await web.user('Friend');
  const id = idOf(
    await web.send(
      'POST',
      'queues',
      { name: 'For another' },
      {
        ...web.adminBearer,
        MSCRMCallerID: (await grantAdministrator(friend.id)).id,
      },
    ),
  );
  const { rows } = await web.database.records.retrieveMultiple({
    table: 'audit',
    filter: { column: 'objectid', operator: 'eq', value: id },
  });
  assert.equal(rows[0]?.userid?.id, friend.id);
  assert.equal(rows[0]?.callinguserid?.id, web.organization.administratorId);
});

async function grantAdministrator(systemuserid: string): Promise<{ readonly id: string }> {
  await web.admin.create('systemuserroles', { systemuserid, roleid: defaultRoleId('System Administrator') });
  return { id: systemuserid };
}

test('who comes in is told once; passwords and client secrets are told without a value', async () => {
  const user = await web.user('Sam');
  for (const _ of [1, 2]) await web.send('GET', 'WhoAmI', undefined, user.bearer);
  const on = `systemusers(${user.id})/Microsoft.Dynamics.CRM`;
  const set = await web.send('POST', `${on}.mr_SetPassword`, { NewPassword: 'correct-horse-battery' }, web.adminBearer);
  assert.equal(set.status, 204, set.text);
  const made = await web.send('POST', `${on}.mr_CreateClientSecret`, { Name: 'program' }, web.adminBearer);
  assert.equal(made.status, 200, made.text);
  const { rows } = await web.database.records.retrieveMultiple({
    table: 'audit',
    filter: { column: 'objectid', operator: 'eq', value: user.id },
    orderBy: [{ column: 'versionnumber' }],
  });
  const actions = rows.map((row) => row.action);
  assert.deepEqual(
    actions.filter((action) => action === 64 || action === 65),
    [65],
  );
  assert.ok(actions.includes(100000000) && actions.includes(100000002));
  const text = JSON.stringify(rows.map((row) => row.changedata));
  assert.doesNotMatch(text, /correct-horse/);
  assert.ok(!text.includes(made.json.ClientSecret));
});

test('EntityDefinitions tell which tables and columns are audited now', async () => {
  const asked = async (name: string) => {
    const { json } = await web.send(
      'GET',
      `EntityDefinitions(LogicalName='${name}')?$select=IsAuditEnabled`,
      undefined,
      web.adminBearer,
    );
    return json.IsAuditEnabled?.Value;
  };
  assert.deepEqual([await asked('mailbox'), await asked('email')], [true, false]);
  await web.admin.create('mr_auditsetting', { mr_table: 'email' });
  await web.admin.create('mr_auditsetting', { mr_table: 'email', mr_column: 'subject', mr_isaudited: false });
  assert.equal(await asked('email'), true);
  const column = async (name: string) =>
    (
      await web.send(
        'GET',
        `EntityDefinitions(LogicalName='email')/Attributes(LogicalName='${name}')`,
        undefined,
        web.adminBearer,
      )
    ).json.IsAuditEnabled.Value;
  assert.deepEqual([await column('subject'), await column('prioritycode')], [false, true]);
});
