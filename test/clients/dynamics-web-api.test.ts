import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DynamicsWebApi } from 'dynamics-web-api';
import { type RunningService, startService } from '../support/running-service.ts';

/** A program written with the npm package `dynamics-web-api` for Dataverse, against the running service. */
describe('dynamics-web-api', () => {
  let service: RunningService;
  let api: DynamicsWebApi;
  const accounts: string[] = [];
  const accountFetch =
    '<fetch><entity name="account"><attribute name="name"/><attribute name="primarycontactid"/><order attribute="name"/></entity></fetch>';

  before(async () => {
    service = await startService();
    api = new DynamicsWebApi({
      serverUrl: service.url,
      dataApi: { version: '9.2' },
      onTokenRefresh: async () => ({ accessToken: service.token }),
    });
  });
  after(() => service.stop());

  test('creates, with and without representation, and with a lookup', async () => {
    const contact = await api.create<Record<string, unknown>, string>({
      collection: 'contacts',
      data: { firstname: 'Mei', lastname: 'Tanaka' },
    });
    assert.match(contact, /^[0-9a-f-]{36}$/i);
    for (let index = 0; index < 5; index += 1) {
      const account = await api.create<Record<string, unknown>, { accountid: string; name: string }>({
        collection: 'accounts',
        data: {
          name: `Account ${index}`,
          numberofemployees: index,
          ...(index === 0 ? { 'primarycontactid@odata.bind': `/contacts(${contact})` } : {}),
        },
        returnRepresentation: true,
        select: ['accountid', 'name'],
      });
      assert.equal(account.name, `Account ${index}`);
      accounts.push(account.accountid);
    }
  });

  test('retrieves with select, expand and annotations; by alternate key; 304 by entity tag', async () => {
    const one = await api.retrieve({
      collection: 'accounts',
      key: accounts[0] ?? '',
      select: ['name', 'numberofemployees', '_primarycontactid_value'],
      expand: [{ property: 'primarycontactid', select: ['fullname'] }],
      includeAnnotations: '*',
    });
    assert.equal(one.name, 'Account 0');
    assert.equal(one.primarycontactid.fullname, 'Mei Tanaka');
    assert.equal(one['_primarycontactid_value@OData.Community.Display.V1.FormattedValue'], 'Mei Tanaka');
    assert.equal(one['numberofemployees@OData.Community.Display.V1.FormattedValue'], '0');
    const byKey = await api.retrieve({
      collection: 'accounts',
      key: "name='Account 3'",
      select: ['numberofemployees'],
    });
    assert.equal(byKey.numberofemployees, 3);
    const same = await api.retrieve({
      collection: 'accounts',
      key: accounts[0] ?? '',
      ifnonematch: one['@odata.etag'],
    });
    assert.equal(same ?? null, null, 'dynamics-web-api gives nothing for 304');
  });

  test('updates, one property, upserts under conditions, and learns of conflicts', async () => {
    const key = accounts[1] ?? '';
    await api.update({ collection: 'accounts', key, data: { description: 'first' } });
    const changed = await api.update<Record<string, unknown>, Record<string, string>>({
      collection: 'accounts',
      key,
      data: { description: 'second' },
      returnRepresentation: true,
      select: ['description'],
    });
    assert.equal(changed.description, 'second');
    await api.updateSingleProperty({ collection: 'accounts', key, fieldValuePair: { description: 'third' } });
    assert.equal((await api.retrieve({ collection: 'accounts', key, select: ['description'] })).description, 'third');
    const etag = String(changed['@odata.etag']);
    const stale = await api.update({ collection: 'accounts', key, data: { description: 'stale' }, ifmatch: etag });
    assert.equal(stale, false, 'dynamics-web-api gives false for 412');
    const fresh = '11111111-2222-4333-8444-555555555555';
    await api.upsert({ collection: 'accounts', key: fresh, data: { name: 'Upserted' } });
    await api.upsert({ collection: 'accounts', key: fresh, data: { name: 'Again' } });
    assert.equal((await api.retrieve({ collection: 'accounts', key: fresh, select: ['name'] })).name, 'Again');
    assert.equal(
      await api.upsert<Record<string, unknown>, unknown>({
        collection: 'accounts',
        key: fresh,
        data: { name: 'x' },
        ifnonematch: '*',
      }),
      null,
    );
    const absent = '99999999-2222-4333-8444-555555555555';
    assert.equal(
      await api.upsert<Record<string, unknown>, unknown>({
        collection: 'accounts',
        key: absent,
        data: { name: 'x' },
        ifmatch: '*',
      }),
      null,
    );
    await api.deleteRecord({ collection: 'accounts', key: fresh });
    await assert.rejects(api.retrieve({ collection: 'accounts', key: fresh }), { status: 404, code: '0x80040217' });
  });

  test('deletes a column value and, under If-Match, a record only as it was seen', async () => {
    const key = accounts[1] ?? '';
    await api.deleteRecord({ collection: 'accounts', key, property: 'description' });
    const now = await api.retrieve({ collection: 'accounts', key, select: ['description'] });
    assert.equal(now.description, null);
    assert.equal(await api.deleteRecord({ collection: 'accounts', key, ifmatch: 'W/"1"' }), false);
  });

  test('reads many: filter, order, count, pages, all, aggregates, changes', async () => {
    const some = await api.retrieveMultiple({
      collection: 'accounts',
      select: ['name'],
      filter: 'numberofemployees gt 1',
      orderBy: ['name desc'],
      count: true,
    });
    assert.deepEqual(
      some.value.map((row) => row.name),
      ['Account 4', 'Account 3', 'Account 2'],
    );
    assert.equal(some.oDataCount, 3);
    const first = await api.retrieveMultiple({
      collection: 'accounts',
      select: ['name'],
      orderBy: ['name'],
      maxPageSize: 2,
    });
    const second = await api.retrieveMultiple(
      { collection: 'accounts', select: ['name'], maxPageSize: 2 },
      first.oDataNextLink,
    );
    assert.deepEqual(
      [...first.value, ...second.value].map((row) => row.name),
      ['Account 0', 'Account 1', 'Account 2', 'Account 3'],
    );
    assert.equal((await api.retrieveAll({ collection: 'accounts', select: ['name'] })).value.length, 5);
    assert.equal(await api.count({ collection: 'accounts' }), 5);
    assert.equal(await api.count({ collection: 'accounts', filter: "name eq 'Account 1'" }), 1);
    assert.equal(await api.countAll({ collection: 'accounts', select: ['name'] }), 5);
    const drawn = await api.retrieveMultiple({
      collection: 'accounts',
      apply: 'aggregate(numberofemployees with sum as people)',
    });
    assert.equal(drawn.value[0].people, 10);
    const tracked = await api.retrieveMultiple({ collection: 'accounts', select: ['name'], trackChanges: true });
    await api.update({ collection: 'accounts', key: accounts[2] ?? '', data: { description: 'changed' } });
    const delta = await api.retrieveMultiple({ collection: 'accounts', trackChanges: true }, tracked.oDataDeltaLink);
    assert.deepEqual(
      delta.value.map((row) => row.accountid),
      [accounts[2]],
    );
  });

  test('FetchXML, page by page by its cookie, and all at once', async () => {
    const paged = accountFetch.replace('<fetch>', '<fetch count="2">');
    const first = await api.fetch({ collection: 'accounts', fetchXml: paged, includeAnnotations: '*' });
    assert.equal(first.value[0]?.['_primarycontactid_value@OData.Community.Display.V1.FormattedValue'], 'Mei Tanaka');
    const { cookie = '', nextPage } = first.PagingInfo ?? {};
    assert.equal(nextPage, 2);
    const second = await api.fetch({ collection: 'accounts', fetchXml: paged, pageNumber: 2, pagingCookie: cookie });
    assert.deepEqual(
      second.value.map((row) => row.name),
      ['Account 2', 'Account 3'],
    );
    const all = await api.fetchAll({ collection: 'accounts', fetchXml: paged });
    assert.deepEqual(
      all.value.map((row) => row.name),
      [0, 1, 2, 3, 4].map((index) => `Account ${index}`),
    );
  });

  test('associates and disassociates, one and many', async () => {
    const contact = await api.create<Record<string, unknown>, string>({
      collection: 'contacts',
      data: { lastname: 'Berg' },
    });
    const [first = '', second = ''] = accounts;
    await api.associateSingleValued({
      collection: 'accounts',
      primaryKey: first,
      navigationProperty: 'primarycontactid',
      relatedCollection: 'contacts',
      relatedKey: contact,
    });
    await api.associate({
      collection: 'contacts',
      primaryKey: contact,
      relationshipName: 'account_primary_contact',
      relatedCollection: 'accounts',
      relatedKey: second,
    });
    const linked = await api.retrieve({
      collection: 'contacts',
      key: contact,
      expand: [{ property: 'account_primary_contact', select: ['name'] }],
    });
    assert.equal(linked.account_primary_contact.length, 2);
    await api.disassociate({
      collection: 'contacts',
      primaryKey: contact,
      relationshipName: 'account_primary_contact',
      relatedKey: second,
    });
    await api.disassociateSingleValued({
      collection: 'accounts',
      primaryKey: first,
      navigationProperty: 'primarycontactid',
    });
    assert.equal(await api.count({ collection: 'accounts', filter: `_primarycontactid_value eq ${contact}` }), 0);
  });

  test('a batch: reads, a change set with references by Content-ID, and one that is undone as a whole', async () => {
    api.startBatch();
    api.retrieveMultiple({ collection: 'accounts', top: 1 });
    api.create<Record<string, unknown>, string>({
      collection: 'contacts',
      data: { lastname: 'From batch' },
      contentId: '1',
    });
    api.create({
      collection: 'accounts',
      data: { name: 'From batch', 'primarycontactid@odata.bind': '$1' },
      contentId: '2',
    });
    api.update({ contentId: '$2', data: { numberofemployees: 77 } });
    const answers = await api.executeBatch();
    assert.equal(answers[0].value.length, 1);
    const made = await api.retrieveMultiple({
      collection: 'accounts',
      filter: "name eq 'From batch'",
      expand: [{ property: 'primarycontactid', select: ['lastname'] }],
    });
    assert.equal(made.value[0].primarycontactid.lastname, 'From batch');
    assert.equal(made.value[0].numberofemployees, 77);
    api.startBatch();
    api.create<Record<string, unknown>, string>({ collection: 'contacts', data: { lastname: 'Undone' } });
    api.update({ collection: 'accounts', key: '99999999-2222-4333-8444-555555555555', data: { nosuch: 1 } });
    await assert.rejects(api.executeBatch());
    assert.equal(await api.count({ collection: 'contacts', filter: "lastname eq 'Undone'" }), 0);
  });

  test('functions and actions, bound and unbound', async () => {
    const me = await api.callFunction({ name: 'WhoAmI' });
    assert.equal(me.UserId, service.engine.organization.administratorId);
    const counted = await api.callFunction({
      name: 'RetrieveTotalRecordCount',
      parameters: { EntityNames: ['account'] },
    });
    assert.deepEqual(counted.EntityRecordCountCollection.Keys, ['account']);
    const token = await api.callAction({ actionName: 'GetTrackingTokenEmail', action: { Subject: 'Hello' } });
    assert.match(token.TrackingToken, /\S/);
    const queue = await api.create<Record<string, unknown>, string>({
      collection: 'queues',
      data: { name: 'Support', emailaddress: 'support@ours.example' },
    });
    const email = await api.create<Record<string, unknown>, string>({
      collection: 'emails',
      data: { subject: 'Queued' },
    });
    const added = await api.callAction({
      collection: 'queues',
      key: queue,
      actionName: 'Microsoft.Dynamics.CRM.AddToQueue',
      action: { Target: { activityid: email, '@odata.type': 'Microsoft.Dynamics.CRM.email' } },
    });
    assert.match(added.QueueItemId, /^[0-9a-f-]{36}$/);
    const queues = await api.callFunction({
      collection: 'systemusers',
      key: me.UserId,
      name: 'Microsoft.Dynamics.CRM.RetrieveUserQueues',
      parameters: { IncludePublic: true },
    });
    assert.ok(queues.value.some((row: { name: string }) => row.name === 'Support'));
  });

  test('metadata: CSDL, tables, attributes, relationships, global choices; table names instead of set names', async () => {
    assert.match(await api.retrieveCsdlMetadata(), /<EntityType Name="email"/);
    const email = await api.retrieveEntity({ key: "LogicalName='email'", select: ['LogicalName', 'EntitySetName'] });
    assert.equal(email.EntitySetName, 'emails');
    const entities = await api.retrieveEntities({ select: ['LogicalName'], filter: "EntitySetName eq 'mailboxes'" });
    assert.deepEqual(
      entities.value.map((one) => one.LogicalName),
      ['mailbox'],
    );
    const entityKey = email.MetadataId;
    const choices = await api.retrieveAttributes({
      entityKey,
      castType: 'Microsoft.Dynamics.CRM.StatusAttributeMetadata',
      expand: [{ property: 'OptionSet', select: ['Options'] }],
    });
    assert.ok(choices.value[0].OptionSet.Options.length > 5);
    const subject = await api.retrieveAttribute({ entityKey, attributeKey: "LogicalName='subject'" });
    assert.equal(subject.MaxLength, 800);
    const ways = await api.retrieveRelationships({
      castType: 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
      filter: "ReferencingEntity eq 'email'",
      select: ['SchemaName'],
    });
    assert.ok(ways.value.length > 5);
    const [way] = ways.value;
    assert.equal((await api.retrieveRelationship({ key: way.MetadataId })).SchemaName, way.SchemaName);
    const sets = await api.retrieveGlobalOptionSets({ select: ['Name'] });
    assert.equal((await api.retrieveGlobalOptionSet({ key: sets.value[0].MetadataId })).Name, sets.value[0].Name);
    const named = new DynamicsWebApi({
      serverUrl: service.url,
      dataApi: { version: '9.2' },
      useEntityNames: true,
      onTokenRefresh: async () => ({ accessToken: service.token }),
    });
    assert.equal((await named.retrieveMultiple({ collection: 'account', top: 2 })).value.length, 2);
    await assert.rejects(api.createEntity({ data: { SchemaName: 'x' } }), { status: 405 });
  });

  test('errors arrive with their code and words', async () => {
    await assert.rejects(api.retrieveMultiple({ collection: 'accounts', filter: 'nmae eq null' }), {
      status: 400,
      code: '0x80060888',
      message: /Did you mean 'name'/,
    });
    await assert.rejects(api.create({ collection: 'accounts', data: { nmae: 'x' } }), { status: 400 });
    await assert.rejects(api.retrieveMultiple({ collection: 'nosuchs' }), { status: 404 });
  });
});
