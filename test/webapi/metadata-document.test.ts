import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { catalog } from '../../src/tables/catalog.ts';
import { createApiModel } from '../../src/webapi/api-model.ts';
import { metadataDocument } from '../../src/webapi/metadata-document.ts';

const model = createApiModel(catalog);

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

function parse(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => {
    const element: Element = { name: tag.name, attributes: tag.attributes as Record<string, string>, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  return root;
}

function all(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

const document = parse(metadataDocument(model, { SendEmail: async () => undefined }));

test('$metadata is well-formed and every name in it is unique where it must be', () => {
  const types = all(document, 'EntityType');
  const typeNames = ['EntityType', 'ComplexType', 'EnumType']
    .flatMap((kind) => all(document, kind))
    .map((type) => type.attributes.Name);
  for (const name of Object.keys(catalog)) assert.ok(typeNames.includes(name), name);
  assert.equal(new Set(typeNames).size, typeNames.length, 'a type is defined once');
  for (const type of types) {
    const names = type.children.filter((child) => /Property$/.test(child.name)).map((child) => child.attributes.Name);
    assert.equal(new Set(names).size, names.length, `${type.attributes.Name} has a doubled property`);
    for (const name of names) assert.match(name ?? '', /^[A-Za-z_]\w*$/);
  }
  const sets = all(document, 'EntitySet').map((set) => set.attributes.Name);
  assert.equal(new Set(sets).size, sets.length);
});

test('$metadata refers to nothing that it does not define', () => {
  const defined = new Set(
    ['EntityType', 'ComplexType', 'EnumType']
      .flatMap((kind) => all(document, kind))
      .map((type) => type.attributes.Name),
  );
  const primitive =
    /^(Collection\()?Edm\.(String|Boolean|Int32|Int64|Decimal|Double|Guid|DateTimeOffset|Date|Binary)\)?$/;
  for (const element of [
    ...all(document, 'Property'),
    ...all(document, 'EntityType'),
    ...all(document, 'ComplexType'),
  ]) {
    const type = element.attributes.Type ?? element.attributes.BaseType;
    if (type === undefined || primitive.test(type)) continue;
    const name = /^(?:Collection\()?mscrm\.(\w+)\)?$/.exec(type)?.[1];
    assert.ok(name !== undefined && defined.has(name), `${element.attributes.Name} is of the undefined type ${type}`);
  }
  for (const set of all(document, 'EntitySet')) {
    assert.ok(defined.has(set.attributes.EntityType?.replace('mscrm.', '') ?? ''), set.attributes.Name);
  }
  for (const kind of ['Action', 'Function']) {
    const operations = new Set(all(document, kind).map((operation) => `mscrm.${operation.attributes.Name}`));
    for (const one of all(document, `${kind}Import`))
      assert.ok(operations.has(one.attributes[kind] ?? ''), one.attributes.Name);
  }
  const sets = new Set(all(document, 'EntitySet').map((set) => set.attributes.Name));
  for (const element of [
    ...all(document, 'NavigationProperty'),
    ...all(document, 'Parameter'),
    ...all(document, 'ReturnType'),
  ]) {
    const type = /mscrm\.(\w+)/.exec(element.attributes.Type ?? '')?.[1];
    if (type !== undefined) assert.ok(defined.has(type), `${element.attributes.Name} has the undefined type ${type}`);
  }
  for (const binding of all(document, 'NavigationPropertyBinding')) assert.ok(sets.has(binding.attributes.Target));
  for (const type of all(document, 'EntityType')) {
    const names = new Set(all(type, 'Property').map((property) => property.attributes.Name));
    for (const key of all(type, 'PropertyRef')) assert.ok(names.has(key.attributes.Name));
    for (const constraint of all(type, 'ReferentialConstraint')) assert.ok(names.has(constraint.attributes.Property));
  }
});

test('internal columns and party lists are invisible, secrets are properties that cannot be read', () => {
  const email = model.byName('email');
  assert.ok(email);
  for (const name of ['mr_rawblob', 'mr_identity', 'to', 'from', 'owneridtype', 'ownerid'])
    assert.equal(email.properties.has(name), false, name);
  assert.equal(email.properties.get('_ownerid_value')?.edmType, 'Edm.Guid');
  assert.equal(model.byName('emailserverprofile')?.properties.get('incomingpassword')?.readable, false);
  for (const table of model.tables) {
    for (const property of table.properties.values())
      assert.ok(!property.definition.internal, `${table.name}.${property.name}`);
  }
});

test('polymorphic lookups have a navigation property a target, and the generic names', () => {
  const email = model.byName('email');
  assert.equal(email?.toOne.get('regardingobjectid_contact_email')?.table, 'contact');
  assert.equal(email?.toOne.get('acceptingentityid')?.table, 'queue');
  assert.equal(email?.toOne.get('acceptingentityid_systemuser')?.table, 'systemuser');
  assert.ok(email?.toMany.has('email_activity_parties'));
  assert.ok(email?.toMany.has('email_activity_mime_attachment'));
  assert.equal(model.byName('activityparty')?.toOne.get('partyid_contact')?.table, 'contact');
});
