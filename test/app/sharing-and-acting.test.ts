import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

let web: WholeWeb;
before(async () => {
  web = await openWholeWeb();
});
after(() => web.close());

const typed = (table: string, key: string, id: string) => ({
  '@odata.type': `Microsoft.Dynamics.CRM.${table}`,
  [key]: id,
});

test('SE-08: a record that is shared is seen and changed as far as it was shared, until that is taken back', async () => {
  const [owner, friend] = [await web.user('Owner'), await web.user('Friend')];
  const contact = idOf(await web.send('POST', 'contacts', { lastname: 'Shared' }, owner.bearer));
  const target = typed('contact', 'contactid', contact);
  const principal = typed('systemuser', 'systemuserid', friend.id);
  const read = () => web.send('GET', `contacts(${contact})?$select=lastname`, undefined, friend.bearer);
  const change = () =>
    web.send('PATCH', `contacts(${contact})`, { jobtitle: 'Buyer' }, { ...friend.bearer, 'if-match': '*' });
  assert.equal((await read()).status, 404);
  const give = (rights: string) =>
    web.send(
      'POST',
      'GrantAccess',
      { Target: target, PrincipalAccess: { Principal: principal, AccessMask: rights } },
      owner.bearer,
    );
  const granted = await give('ReadAccess');
  assert.equal(granted.status, 204, granted.text);
  assert.equal((await read()).json.lastname, 'Shared');
  assert.ok([403, 404].includes((await change()).status));
  assert.equal((await give('ReadAccess, WriteAccess')).status, 204);
  assert.equal((await change()).status, 204);
  const asked = await web.send(
    'GET',
    `systemusers(${friend.id})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'contacts(${contact})'}`,
    undefined,
    web.adminBearer,
  );
  assert.equal(asked.status, 200, asked.text);
  assert.match(asked.json.AccessRights, /ReadAccess/);
  assert.match(asked.json.AccessRights, /WriteAccess/);
  const taken = await web.send('POST', 'RevokeAccess', { Target: target, Revokee: principal }, owner.bearer);
  assert.equal(taken.status, 204, taken.text);
  assert.equal((await read()).status, 404);
  assert.equal(
    (
      await web.send(
        'POST',
        'GrantAccess',
        { Target: target, PrincipalAccess: { Principal: principal, AccessMask: 'ReadAccess' } },
        friend.bearer,
      )
    ).status >= 400,
    true,
  );
});

test('acting for another user takes the privilege, and gives no more than both may', async () => {
  const [actor, other] = [await web.user('Actor'), await web.user('Other')];
  const theirs = idOf(await web.send('POST', 'contacts', { lastname: 'Theirs' }, other.bearer));
  const acting = { ...actor.bearer, mscrmcallerid: other.id };
  assert.equal((await web.send('GET', `contacts(${theirs})`, undefined, acting)).status, 403);
  const roles = await web.send('GET', "roles?$select=roleid&$filter=name eq 'Delegate'", undefined, web.adminBearer);
  const given = await web.send(
    'POST',
    `systemusers(${actor.id})/systemuserroles_association/$ref`,
    { '@odata.id': `roles(${roles.json.value[0].roleid})` },
    web.adminBearer,
  );
  assert.equal(given.status, 204, given.text);
  const seen = await web.send('GET', `contacts(${theirs})?$select=lastname`, undefined, acting);
  assert.equal(seen.json.lastname, 'Theirs', seen.text);
  const made = idOf(await web.send('POST', 'contacts', { lastname: 'Made' }, acting));
  const row = await web.send(
    'GET',
    `contacts(${made})?$select=_createdby_value,_createdonbehalfby_value`,
    undefined,
    web.adminBearer,
  );
  assert.deepEqual([row.json._createdby_value, row.json._createdonbehalfby_value], [other.id, actor.id]);
  assert.equal((await web.send('GET', 'WhoAmI', undefined, acting)).json.UserId, other.id);
  const asAdministrator = { ...actor.bearer, mscrmcallerid: web.organization.administratorId };
  assert.equal(
    (
      await web.send(
        'PATCH',
        `organizations(${web.organization.organizationid})`,
        { mr_mailpollingintervalseconds: 7 },
        asAdministrator,
      )
    ).status,
    403,
  );
  for (const wrong of ['nobody', '00000000-0000-0000-0000-000000000000'])
    assert.ok(
      [400, 403].includes(
        (await web.send('GET', 'WhoAmI', undefined, { ...actor.bearer, mscrmcallerid: wrong })).status,
      ),
    );
});
