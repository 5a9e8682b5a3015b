import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { type Answer, idOf } from '../support/web-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

const uma = { authorization: 'Bearer user' };
const crm = 'Microsoft.Dynamics.CRM';
const ref = (table: string, id: string) => ({ '@odata.type': `${crm}.${table}`, [`${idColumn[table]}`]: id });
const idColumn: Readonly<Record<string, string>> = {
  systemuser: 'systemuserid',
  team: 'teamid',
  queue: 'queueid',
  queueitem: 'queueitemid',
  email: 'activityid',
  activitypointer: 'activityid',
  contact: 'contactid',
};

let made = 0;
const queue = async (values: object = {}): Promise<string> =>
  idOf(await api.send('POST', 'queues', { name: `Queue ${++made}`, ...values }));
const email = async (subject = 'Work'): Promise<string> => idOf(await api.send('POST', 'emails', { subject }));
const user = async (name: string, values: object = {}): Promise<string> =>
  idOf(
    await api.send('POST', 'systemusers', {
      firstname: name,
      lastname: 'Tester',
      domainname: `${name}${++made}`,
      internalemailaddress: `${name}${made}@ours.example`,
      ...values,
    }),
  );
const call = (path: string, body: object = {}, headers = {}): Promise<Answer> => api.send('POST', path, body, headers);
const add = (queueid: string, target: object, more: object = {}, headers = {}): Promise<Answer> =>
  call(`queues(${queueid})/${crm}.AddToQueue`, { Target: target, ...more }, headers);
const added = async (queueid: string, emailid: string): Promise<string> => {
  const answer = await add(queueid, ref('email', emailid));
  assert.equal(answer.status, 200, answer.text);
  return answer.json.QueueItemId;
};
const item = async (id: string) => (await api.send('GET', `queueitems(${id})`)).json;
const ownerOf = async (emailid: string) =>
  (await api.send('GET', `emails(${emailid})?$select=_ownerid_value`)).json._ownerid_value;
const code = (answer: Answer): string => answer.json.error?.code ?? '';

test('QU-01: an item made by AddToQueue has the title of the record and the owner of the queue', async () => {
  const anna = await user('anna');
  const support = await queue({ 'ownerid@odata.bind': `/systemusers(${anna})` });
  const row = await item(await added(support, await email('Broken pump')));
  assert.deepEqual([row.title, row._queueid_value, row._ownerid_value], ['Broken pump', support, anna]);
  assert.ok(row.enteredon);
});

test('QU-06: a record is not put into the same queue twice, but into a second one', async () => {
  const [first, second] = [await queue(), await queue()];
  const id = await email();
  await added(first, id);
  const again = await add(first, ref('email', id));
  assert.deepEqual([again.status, code(again)], [400, '0x80040523']);
  await added(second, id);
});

test('AddToQueue with SourceQueue moves the item; its properties may come along', async () => {
  const [first, second] = [await queue(), await queue()];
  const id = await email();
  const itemId = await added(first, id);
  const moved = await add(second, ref('email', id), {
    SourceQueue: { queueid: first },
    QueueItemProperties: { title: 'Urgent', priority: 3 },
  });
  assert.equal(moved.json.QueueItemId, itemId, moved.text);
  const row = await item(itemId);
  assert.deepEqual([row._queueid_value, row.title, row.priority], [second, 'Urgent', 3]);
  const missing = await add(second, ref('email', await email()), { SourceQueue: { queueid: first } });
  assert.deepEqual([missing.status, code(missing)], [400, '0x80040203']);
  const wrong = await add(second, ref('email', id), { QueueItemProperties: { nothing: 1 } });
  assert.equal(wrong.status, 400);
});

test('AddToQueue knows an activity by its general table and refuses what cannot be in a queue', async () => {
  const support = await queue();
  const answer = await add(support, ref('activitypointer', await email('General')));
  assert.equal(answer.status, 200, answer.text);
  const annotated = await api.send('GET', `queueitems(${answer.json.QueueItemId})`, undefined, {
    prefer: 'odata.include-annotations="*"',
  });
  assert.equal(annotated.json[`_objectid_value@${crm}.lookuplogicalname`], 'email');
  const contact = idOf(await api.send('POST', 'contacts', { lastname: 'Person' }));
  const refused = await add(support, ref('contact', contact));
  assert.deepEqual([refused.status, code(refused)], [400, '0x80040203']);
  assert.match(refused.json.error.message, /Only activities/);
  const nothing = await add(support, ref('email', '00000000-0000-0000-0000-00000000dead'));
  assert.equal(nothing.status, 404);
});

test('PickFromQueue: who works on an item owns the record; others cannot take it', async () => {
  const support = await queue();
  const id = await email();
  const itemId = await added(support, id);
  const picked = await call(
    `queueitems(${itemId})/${crm}.PickFromQueue`,
    { SystemUser: { systemuserid: api.userId }, RemoveQueueItem: false },
    uma,
  );
  assert.equal(picked.status, 204, picked.text);
  assert.equal((await item(itemId))._workerid_value, api.userId);
  assert.equal(await ownerOf(id), api.userId);
  assert.equal((await api.send('GET', `emails(${id})`, undefined, uma)).status, 200, 'the worker sees the record');
  const ben = await user('ben');
  await call(`queueitems(${itemId})/${crm}.PickFromQueue`, {
    SystemUser: { systemuserid: ben },
    RemoveQueueItem: false,
  });
  assert.equal((await item(itemId))._workerid_value, ben, 'an administrator may');
  const late = await call(
    `queueitems(${itemId})/${crm}.PickFromQueue`,
    { SystemUser: { systemuserid: api.userId }, RemoveQueueItem: false },
    uma,
  );
  assert.deepEqual([late.status, code(late)], [400, 'mr_ItemTaken']);
});

test('PickFromQueue removes the item when asked, and gives nothing to a disabled user', async () => {
  const support = await queue();
  const id = await email();
  const itemId = await added(support, id);
  const dora = await user('dora');
  await api.send('PATCH', `systemusers(${dora})`, { isdisabled: true });
  const body = (worker: string) => ({ SystemUser: ref('systemuser', worker), RemoveQueueItem: true });
  const disabled = await call(`queueitems(${itemId})/${crm}.PickFromQueue`, body(dora));
  assert.deepEqual([disabled.status, code(disabled)], [400, '0x8004d24b']);
  const picked = await call(`queueitems(${itemId})/${crm}.PickFromQueue`, body(api.userId));
  assert.equal(picked.status, 204, picked.text);
  assert.equal((await api.send('GET', `queueitems(${itemId})`)).status, 404);
  assert.equal(await ownerOf(id), api.userId);
});

test('ReleaseToQueue gives the item back, RemoveFromQueue leaves the record', async () => {
  const anna = await user('anna');
  const support = await queue({ 'ownerid@odata.bind': `/systemusers(${anna})` });
  const id = await email();
  const itemId = await added(support, id);
  await call(`queueitems(${itemId})/${crm}.PickFromQueue`, {
    SystemUser: { systemuserid: api.userId },
    RemoveQueueItem: false,
  });
  assert.equal((await call(`queueitems(${itemId})/${crm}.ReleaseToQueue`, {}, uma)).status, 204);
  assert.deepEqual([(await item(itemId))._workerid_value, await ownerOf(id)], [null, anna]);
  assert.equal((await call(`queueitems(${itemId})/${crm}.RemoveFromQueue`)).status, 204);
  assert.equal((await api.send('GET', `queueitems(${itemId})`)).status, 404);
  assert.equal((await api.send('GET', `emails(${id})`)).status, 200);
});

test('RouteTo: to a queue, to a user and into their own queue, to a team', async () => {
  const [first, second] = [await queue(), await queue()];
  const id = await email();
  const itemId = await added(first, id);
  const route = (target: object) => call('RouteTo', { Target: target, QueueItem: { queueitemid: itemId } });
  assert.equal((await route(ref('queue', second))).status, 204);
  assert.equal((await item(itemId))._queueid_value, second);
  const twice = await route(ref('queue', second));
  assert.deepEqual([twice.status, code(twice)], [400, '0x80040523']);
  const own = await queue({ queueviewtype: 1 });
  const ben = await user('ben', { 'queueid@odata.bind': `/queues(${own})` });
  assert.equal((await route(ref('systemuser', ben))).status, 204);
  const row = await item(itemId);
  assert.deepEqual([row._queueid_value, row._workerid_value, await ownerOf(id)], [own, ben, ben]);
  const unit = (await api.send('GET', 'businessunits?$top=1')).json.value[0].businessunitid;
  const team = idOf(
    await api.send('POST', 'teams', {
      name: 'Night shift',
      'businessunitid@odata.bind': `/businessunits(${unit})`,
      'administratorid@odata.bind': `/systemusers(${ben})`,
    }),
  );
  assert.equal((await route(ref('team', team))).status, 204);
  assert.deepEqual([(await item(itemId))._workerid_value, await ownerOf(id)], [team, team]);
  const wrong = await route(ref('email', id));
  assert.deepEqual([wrong.status, code(wrong)], [400, '0x80040203']);
  const missing = await call('RouteTo', { Target: ref('queue', first) });
  assert.deepEqual([missing.status, code(missing)], [400, '0x80040203']);
});

test('a private queue and its items are for its members; AddPrincipalToQueue makes one', async () => {
  const closed = await queue({ queueviewtype: 1 });
  const open = await queue();
  const itemId = await added(closed, await email('Secret'));
  const look = async () => [
    (await api.send('GET', `queues(${closed})`, undefined, uma)).status,
    (await api.send('GET', `queueitems(${itemId})`, undefined, uma)).status,
  ];
  const queues = async (includePublic: boolean): Promise<string[]> => {
    const answer = await api.send(
      'GET',
      `systemusers(${api.userId})/${crm}.RetrieveUserQueues(IncludePublic=@p)?@p=${includePublic}&$select=name`,
    );
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.json['@odata.context'], /\$metadata#queues/);
    return answer.json.value.map((row: { queueid: string }) => row.queueid);
  };
  assert.deepEqual(await look(), [404, 404]);
  assert.equal((await queues(false)).includes(closed), false);
  const join = (headers = {}) =>
    call(`queues(${closed})/${crm}.AddPrincipalToQueue`, { Principal: ref('systemuser', api.userId) }, headers);
  assert.equal((await join(uma)).status, 404, 'who does not see it cannot join');
  assert.equal((await join()).status, 204);
  assert.equal((await join()).status, 204, 'repeated');
  assert.deepEqual(await look(), [200, 200]);
  assert.deepEqual(await queues(false), [closed]);
  const all = await queues(true);
  assert.ok(all.includes(open) && all.includes(closed));
  const unit = (await api.send('GET', 'businessunits?$top=1')).json.value[0].businessunitid;
  const team = idOf(
    await api.send('POST', 'teams', {
      name: 'Day shift',
      'businessunitid@odata.bind': `/businessunits(${unit})`,
      'administratorid@odata.bind': `/systemusers(${api.organization.administratorId})`,
    }),
  );
  await api.database.records.createMany('teammembership', [{ teamid: team, systemuserid: api.userId }]);
  const teams = await queue({ queueviewtype: 1 });
  await call(`queues(${teams})/${crm}.AddPrincipalToQueue`, { Principal: ref('team', team) });
  assert.deepEqual((await queues(false)).sort(), [closed, teams].sort(), 'through a team as well');
  const notYours = await call(
    `queues(${open})/${crm}.AddPrincipalToQueue`,
    { Principal: ref('systemuser', api.userId) },
    uma,
  );
  assert.deepEqual([notYours.status, code(notYours)], [403, '0x80040220']);
  const members = await api.send('GET', `queues(${closed})?$expand=mr_queue_members`);
  assert.equal(members.json.mr_queue_members.length, 1, members.text);
});

test('two users picking one item at once: one of them gets it', async () => {
  const support = await queue();
  const ben = await user('ben');
  const itemId = await added(support, await email());
  const pick = (worker: string, headers: object) =>
    call(
      `queueitems(${itemId})/${crm}.PickFromQueue`,
      { SystemUser: { systemuserid: worker }, RemoveQueueItem: true },
      headers,
    );
  const answers = await Promise.all([pick(api.userId, uma), pick(ben, uma)]);
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [204, 404]);
});

test('the metadata describes the messages', async () => {
  const { text } = await api.send('GET', '$metadata');
  assert.match(
    text,
    /<Function Name="RetrieveUserQueues" IsBound="true">.*?<ReturnType Type="Collection\(mscrm\.queue\)"/s,
  );
  assert.match(text, /<Action Name="AddPrincipalToQueue" IsBound="true">/);
});
