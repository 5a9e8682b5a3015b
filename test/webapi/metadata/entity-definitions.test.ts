import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { catalog } from '../../../src/tables/catalog.ts';
import { metadataEnums, metadataTypes } from '../../../src/webapi/metadata/metadata-types.ts';
import { openTestApi, type TestApi } from '../../support/web-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

const get = async (path: string) => {
  const answer = await api.send('GET', path);
  assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  return answer.json;
};
const list = (json: { value: readonly Record<string, unknown>[] }, name: string) => json.value.map((one) => one[name]);

test('EntityDefinitions: all tables, one by name and by id, selected, filtered, counted', async () => {
  const all = await get('EntityDefinitions?$select=LogicalName,EntitySetName&$count=true');
  assert.equal(all['@odata.count'], Object.keys(catalog).length);
  assert.deepEqual(list(all, 'LogicalName').sort(), Object.keys(catalog).sort());
  const email = await get("EntityDefinitions(LogicalName='email')");
  assert.equal(email.EntitySetName, 'emails');
  assert.equal(email.PrimaryIdAttribute, 'activityid');
  assert.equal(email.ObjectTypeCode, 4202);
  assert.equal(email.IsActivity, true);
  assert.equal(email.DisplayName.UserLocalizedLabel.Label, 'Email');
  assert.deepEqual(await get(`EntityDefinitions(${email.MetadataId})?$select=LogicalName`), {
    '@odata.context': 'http://mailroom.test/api/data/v9.2/$metadata#EntityDefinitions/$entity',
    LogicalName: 'email',
    MetadataId: email.MetadataId,
  });
  const filtered = await get(
    "EntityDefinitions?$select=LogicalName&$filter=IsActivity eq true and startswith(LogicalName,'p')",
  );
  assert.deepEqual(list(filtered, 'LogicalName'), ['phonecall']);
  assert.equal((await api.send('GET', "EntityDefinitions/$count?$filter=LogicalName eq 'email'")).text, '1');
  assert.deepEqual(await get("EntityDefinitions(LogicalName='email')/EntitySetName"), {
    '@odata.context': 'http://mailroom.test/api/data/v9.2/$metadata#EntityDefinitions/EntitySetName',
    value: 'emails',
  });
});

test('Attributes: types, casts, limits, choices', async () => {
  const attributes = await get("EntityDefinitions(LogicalName='email')/Attributes");
  const names = list(attributes, 'LogicalName');
  assert.ok(names.includes('subject') && names.includes('to') && !names.includes('mr_rawblob'));
  const subject = await get("EntityDefinitions(LogicalName='email')/Attributes(LogicalName='subject')");
  assert.equal(subject['@odata.type'], '#Microsoft.Dynamics.CRM.StringAttributeMetadata');
  assert.deepEqual(
    [subject.MaxLength, subject.AttributeType, subject.AttributeTypeName.Value],
    [800, 'String', 'StringType'],
  );
  const lookups = await get(
    "EntityDefinitions(LogicalName='email')/Attributes?$select=LogicalName&$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Owner'",
  );
  assert.deepEqual(list(lookups, 'LogicalName'), ['ownerid']);
  const cast = await get(
    "EntityDefinitions(LogicalName='email')/Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet",
  );
  assert.deepEqual(list(cast, 'LogicalName'), ['statuscode']);
  const [draft] = cast.value[0].OptionSet.Options;
  assert.deepEqual([draft.Value, draft.State, draft.Label.UserLocalizedLabel.Label], [1, 0, 'Draft']);
  const required = await get(
    "EntityDefinitions(LogicalName='mailbox')/Attributes?$select=LogicalName&$filter=RequiredLevel/Value eq 'SystemRequired'",
  );
  assert.ok(required.value.length > 0);
  const options = await get(
    "EntityDefinitions(LogicalName='email')/Attributes(LogicalName='prioritycode')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata/OptionSet",
  );
  assert.equal(options.Options.length, 3);
  const secret = await get(
    "EntityDefinitions(LogicalName='emailserverprofile')/Attributes(LogicalName='incomingpassword')",
  );
  assert.deepEqual([secret.IsValidForRead, secret.IsValidForCreate], [false, true]);
});

test('relationships from both sides, named as the navigation properties are', async () => {
  const email = await get(
    "EntityDefinitions(LogicalName='email')?$select=LogicalName&$expand=ManyToOneRelationships,OneToManyRelationships($select=SchemaName,ReferencedEntityNavigationPropertyName)",
  );
  const regarding = email.ManyToOneRelationships.find(
    (one: Record<string, unknown>) => one.ReferencingEntityNavigationPropertyName === 'regardingobjectid_contact_email',
  );
  assert.deepEqual(
    [regarding.ReferencedEntity, regarding.ReferencedAttribute, regarding.ReferencingAttribute],
    ['contact', 'contactid', 'regardingobjectid'],
  );
  assert.ok(
    email.OneToManyRelationships.some(
      (one: Record<string, unknown>) => one.ReferencedEntityNavigationPropertyName === 'email_activity_parties',
    ),
  );
  const one = await get(`RelationshipDefinitions(SchemaName='${regarding.SchemaName}')`);
  assert.equal(one.MetadataId, regarding.MetadataId);
  const kinds = await get(
    'RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$select=SchemaName&$top=3&$orderby=SchemaName desc',
  );
  assert.equal(kinds.value.length, 3);
  const ids = list(await get('RelationshipDefinitions?$select=MetadataId'), 'MetadataId');
  assert.equal(new Set(ids).size, ids.length, 'ids are unique');
});

test('GlobalOptionSetDefinitions: choices that tables share', async () => {
  const names = list(await get('GlobalOptionSetDefinitions?$select=Name'), 'Name');
  assert.ok(names.includes('prioritycode'), names.join());
  const one = await get("GlobalOptionSetDefinitions(Name='prioritycode')");
  assert.deepEqual([one.IsGlobal, one.Options.length], [true, 3]);
  const attribute = await get(
    "EntityDefinitions(LogicalName='email')/Attributes(LogicalName='prioritycode')?$expand=GlobalOptionSet",
  );
  assert.equal(attribute.GlobalOptionSet.MetadataId, one.MetadataId);
});

test('what is described has the type that $metadata gives it', async () => {
  const propertiesOf = (type: string | undefined): Readonly<Record<string, string>> =>
    type === undefined || metadataTypes[type] === undefined
      ? {}
      : { ...propertiesOf(metadataTypes[type].base), ...metadataTypes[type].properties };
  const check = (value: unknown, type: string, place: string): void => {
    const collection = /^Collection\((.*)\)$/.exec(type)?.[1];
    if (value === null) return;
    if (collection !== undefined) {
      assert.ok(Array.isArray(value), place);
      for (const [index, one] of (value as unknown[]).entries()) check(one, collection, `${place}[${index}]`);
      return;
    }
    const own = type.replace('mscrm.', '');
    if (metadataEnums[own] !== undefined) {
      const members = metadataEnums[own].map(([member]) => member);
      assert.ok(members.includes(String(value)), `${place}: ${String(value)}`);
    } else if (metadataTypes[own] !== undefined) {
      const { '@odata.type': said, ...rest } = value as Record<string, unknown>;
      const properties = propertiesOf(typeof said === 'string' ? said.replace('#Microsoft.Dynamics.CRM.', '') : own);
      for (const [name, inner] of Object.entries(rest)) {
        if (name.startsWith('@') || metadataTypes.EntityMetadata?.navigation?.[name] || name.endsWith('OptionSet'))
          continue;
        assert.ok(properties[name] !== undefined, `${place}.${name} is not declared`);
        check(inner, properties[name], `${place}.${name}`);
      }
    } else {
      const kinds: Readonly<Record<string, string>> = {
        'Edm.String': 'string',
        'Edm.Guid': 'string',
        'Edm.Boolean': 'boolean',
      };
      assert.equal(typeof value, kinds[type] ?? 'number', place);
    }
  };
  const tables = await get('EntityDefinitions?$expand=Attributes,ManyToOneRelationships');
  for (const table of tables.value) {
    check(table, 'mscrm.EntityMetadata', table.LogicalName);
    for (const one of table.Attributes)
      check(one, 'mscrm.AttributeMetadata', `${table.LogicalName}.${one.LogicalName}`);
    for (const one of table.ManyToOneRelationships) check(one, 'mscrm.OneToManyRelationshipMetadata', one.SchemaName);
  }
  for (const set of (await get('GlobalOptionSetDefinitions')).value) check(set, 'mscrm.OptionSetMetadata', set.Name);
});

test('what is not there is 404 or 400, and nothing can be written', async () => {
  const expected: readonly (readonly [string, string, number])[] = [
    ['GET', "EntityDefinitions(LogicalName='nosuch')", 404],
    ['GET', "EntityDefinitions(Colour='red')", 400],
    ['GET', "EntityDefinitions(LogicalName='email')/Nosuch", 404],
    ['GET', "EntityDefinitions(LogicalName='email')/Attributes/Microsoft.Dynamics.CRM.NosuchMetadata", 404],
    [
      'GET',
      "EntityDefinitions(LogicalName='email')/Attributes(LogicalName='subject')/Microsoft.Dynamics.CRM.LookupAttributeMetadata",
      404,
    ],
    ['GET', 'EntityDefinitions?$select=Nosuch', 400],
    ['GET', 'EntityDefinitions?$filter=Nosuch eq 1', 400],
    ['GET', 'EntityDefinitions?$expand=Nosuch', 400],
    ['GET', 'EntityDefinitions?$apply=aggregate($count as n)', 400],
    ['GET', "EntityDefinitions?$filter=Microsoft.Dynamics.CRM.Today(PropertyName='LogicalName')", 400],
    ['POST', 'EntityDefinitions', 405],
    ['DELETE', "EntityDefinitions(LogicalName='email')", 405],
  ];
  for (const [method, path, status] of expected) {
    const answer = await api.send(method, path, method === 'POST' ? {} : undefined);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  }
});
