import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { csrfToken } from '../../src/webapi/sign-in/cookies.ts';
import { idOf, openTestApi, type TestApi } from '../support/web-api.ts';

let api: TestApi;

before(async () => {
  api = await openTestApi(
    {
      SendEmail: async (context, bound, parameters) => {
        await context.records.update('email', bound?.id ?? '', {
          statecode: 1,
          statuscode: parameters.IssueSend ? 6 : 3,
        });
        return { Subject: 'sent' };
      },
      mr_Explain: async (_context, bound, parameters) => ({ bound, parameters }),
    },
    { bodyLimit: 100_000 },
  );
});
after(() => api.close());

test('probes answer without sign-in', async () => {
  assert.equal((await api.send('GET', '/healthz', undefined, { authorization: '' })).status, 200);
  assert.equal((await api.send('GET', '/readyz', undefined, { authorization: '' })).json.status, 'ready');
});

test('without a valid token everything below /api is 401 in the envelope', async () => {
  for (const authorization of ['', 'Bearer wrong', 'Basic YTpi', 'Bearer ']) {
    const answer = await api.send('GET', 'WhoAmI', undefined, { authorization });
    assert.equal(answer.status, 401, authorization);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.match(answer.json.error.message, /mailroom token create/);
  }
});

test('a cookie reads from anywhere and writes from our own origin only', async () => {
  const cookie = { authorization: '', cookie: 'mailroom_session=admin' };
  assert.equal((await api.send('GET', 'WhoAmI', undefined, cookie)).status, 200);
  const foreign = await api.send('POST', 'contacts', { lastname: 'X' }, { ...cookie, origin: 'https://evil.example' });
  assert.equal(foreign.status, 403);
  assert.equal((await api.send('POST', 'contacts', { lastname: 'X' }, cookie)).status, 403);
  const own = { ...cookie, origin: 'http://mailroom.test' };
  assert.equal((await api.send('POST', 'contacts', { lastname: 'X' }, own)).status, 403);
  const csrf = { 'x-csrf-token': csrfToken('admin') };
  assert.equal((await api.send('POST', 'contacts', { lastname: 'X' }, { ...own, ...csrf })).status, 204);
});

test('WhoAmI, RetrieveVersion, RetrieveTotalRecordCount, in every spelling and version', async () => {
  for (const path of ['WhoAmI', 'WhoAmI()', '/api/data/v9.0/WhoAmI', '/api/data/v9.1/WhoAmI()']) {
    const answer = await api.send('GET', path);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.UserId, api.admin.systemuserid);
    assert.match(answer.json.BusinessUnitId, /^[0-9a-f-]{36}$/);
    assert.equal(answer.json.OrganizationId, '99999999-0000-0000-0000-000000000000');
  }
  assert.equal((await api.send('GET', '/api/data/v8.2/WhoAmI')).status, 404);
  assert.match((await api.send('GET', 'RetrieveVersion()')).json.Version, /^9\.2\./);
  const totals = await api.send('GET', "RetrieveTotalRecordCount(EntityNames=@names)?@names=['systemuser','account']");
  assert.deepEqual(totals.json.EntityRecordCountCollection.Values, [2, 0]);
  assert.equal((await api.send('POST', 'WhoAmI')).status, 405);
});

test('SendEmail is bound to one email, checks its parameters and reaches the handler', async () => {
  const id = idOf(await api.send('POST', 'emails', { subject: 'Send me' }));
  const path = `emails(${id})/Microsoft.Dynamics.CRM.SendEmail`;
  const sent = await api.send('POST', path, { IssueSend: true });
  assert.equal(sent.status, 200, sent.text);
  assert.equal(sent.json.Subject, 'sent');
  assert.equal(
    sent.json['@odata.context'],
    'http://mailroom.test/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.SendEmailResponse',
  );
  assert.equal((await api.send('GET', `emails(${id})?$select=statuscode`)).json.statuscode, 6);
  assert.match((await api.send('POST', path, {})).json.error.message, /needs the parameter 'IssueSend'/);
  assert.match((await api.send('POST', path, { IssueSend: 'yes' })).json.error.message, /must be Edm.Boolean/);
  assert.match(
    (await api.send('POST', path, { IssueSend: true, IssuSend: 1 })).json.error.message,
    /no parameter 'IssuSend'. Did you mean 'IssueSend'/,
  );
  assert.equal((await api.send('POST', 'SendEmail', { IssueSend: true })).status, 404);
  assert.equal(
    (await api.send('POST', `contacts(${id})/Microsoft.Dynamics.CRM.SendEmail`, { IssueSend: true })).status,
    404,
  );
  assert.equal(
    (
      await api.send('POST', `emails(00000000-0000-0000-0000-000000000001)/Microsoft.Dynamics.CRM.SendEmail`, {
        IssueSend: true,
      })
    ).status,
    404,
  );
  assert.match(
    (await api.send('POST', 'Microsoft.Dynamics.CRM.SendEmal')).json.error.message,
    /Did you mean 'SendEmail'/,
  );
});

test('messages without a definition take what they are given', async () => {
  const answer = await api.send('POST', `systemusers(${api.user.systemuserid})/Microsoft.Dynamics.CRM.mr_Explain`, {
    Deep: { a: 1 },
  });
  assert.deepEqual(answer.json.bound, { table: 'systemuser', id: api.user.systemuserid });
  assert.deepEqual(answer.json.parameters, { Deep: { a: 1 } });
});

test('service document and $metadata', async () => {
  const service = await api.send('GET', '');
  assert.ok(service.json.value.some((set: { name: string }) => set.name === 'emails'));
  const metadata = await api.send('GET', '$metadata');
  assert.match(String(metadata.headers['content-type']), /^application\/xml/);
  assert.match(metadata.text, /<Action Name="SendEmail" IsBound="true">/);
});

test('bad requests are refused in the envelope, never 500', async () => {
  const requests: readonly (readonly [string, string, unknown, Readonly<Record<string, string>>, number])[] = [
    ['POST', 'contacts', 'x=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['POST', 'contacts', '', { 'content-type': 'application/json' }, 400],
    ['POST', 'contacts', { lastname: 'x'.repeat(200_000) }, {}, 413],
    ['GET', 'contacts?$filter=%E0%A4%A', undefined, {}, 400],
    ['GET', 'contacts?$filter=%00', undefined, {}, 400],
    ['GET', 'contacts(%zz)', undefined, {}, 400],
    ['GET', '$batch', undefined, {}, 405],
    ['PATCH', 'contacts(11111111-1111-1111-1111-111111111111)', { lastname: 'x' }, { 'if-match': 'nonsense' }, 400],
    ['POST', 'contacts', { lastname: 'x', donotemail: {} }, {}, 400],
    ['POST', 'contacts', { lastname: 'a\u0000b' }, {}, 400],
  ];
  for (const [method, path, body, headers, status] of requests) {
    const answer = await api.send(method, path, body, headers);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 200)}`);
    assert.equal(typeof answer.json.error.message, 'string');
  }
});

test('no CORS by default', async () => {
  const answer = await api.send('GET', 'WhoAmI', undefined, { origin: 'https://other.example' });
  assert.equal('access-control-allow-origin' in answer.headers, false);
});

test('odata.metadata=none, by Accept or $format, leaves values, links and counts; other formats are refused', async () => {
  for (let index = 0; index < 2; index += 1) await api.send('POST', 'contacts', { lastname: `Bare ${index}` });
  const path = "contacts?$select=lastname&$count=true&$filter=startswith(lastname,'Bare')";
  const bare = await api.send('GET', path, undefined, {
    accept: 'application/json;odata.metadata=none',
    prefer: 'odata.maxpagesize=1',
  });
  assert.deepEqual(Object.keys(bare.json), ['@odata.count', 'value', '@odata.nextLink']);
  assert.deepEqual(Object.keys(bare.json.value[0]), ['lastname', 'contactid']);
  assert.match(bare.headers['content-type'] ?? '', /odata\.metadata=none/);
  const format = encodeURIComponent('application/json;odata.metadata=none');
  assert.equal((await api.send('GET', `${path}&$format=${format}`)).json['@odata.context'], undefined);
  assert.match(
    (await api.send('GET', `${path}&$format=json`)).headers['content-type'] ?? '',
    /odata\.metadata=minimal/,
  );
  assert.equal((await api.send('GET', `${path}&$format=xml`)).status, 400);
});

test('RetrieveCurrentOrganization takes the members of EndpointAccessType alone', async () => {
  for (const type of ['Default', 'Internet', 'Intranet']) {
    const path = `RetrieveCurrentOrganization(AccessType=@a)?@a=Microsoft.Dynamics.CRM.EndpointAccessType'${type}'`;
    assert.equal((await api.send('GET', path)).status, 200, type);
  }
  assert.equal((await api.send('GET', "RetrieveCurrentOrganization(AccessType='Moon')")).status, 400);
});
