import type { EntityReference, PartyInput } from '../tables/table-definition.ts';
import type { ApiModel, ApiProperty, ApiTable, ToMany, ToOne } from './api-model.ts';
import { columnValue } from './column-value.ts';
import { isLookup } from './edm-type.ts';
import type { JsonObject } from './entity-json.ts';
import { findNavigation, noNavigation, noProperty } from './find-property.ts';
import { badPayload, badValue } from './http-error.ts';
import { refersTo } from './refers-to.ts';

/** A related record to create together with this one. */
export interface DeepInsert {
  readonly navigation: { readonly one: ToOne } | { readonly many: ToMany };
  readonly table: ApiTable;
  readonly body: JsonObject;
}

/** Existing records to link to this one (`contact_customer_accounts@odata.bind`). */
export interface BoundChildren {
  readonly navigation: ToMany;
  readonly ids: readonly string[];
}

/** A JSON body as a row to write and what belongs to it. */
export interface EntityBody {
  readonly values: Readonly<Record<string, unknown>>;
  readonly inserts: readonly DeepInsert[];
  readonly children: readonly BoundChildren[];
}

/** Reads a URL such as `/contacts(<guid>)` as a reference; the record itself is not looked up unless the key is an alternate one. */
export type ReferenceReader = (text: string, what: string) => Promise<EntityReference>;

interface Draft {
  readonly values: Record<string, unknown>;
  readonly inserts: DeepInsert[];
  readonly children: BoundChildren[];
}

/** Reads a JSON body for a table. Throws 400 for unknown, read-only and misfit properties, naming each. */
export async function readEntityBody(
  model: ApiModel,
  table: ApiTable,
  body: JsonObject,
  mode: 'create' | 'update',
  readReference: ReferenceReader,
): Promise<EntityBody> {
  const draft: Draft = { values: {}, inserts: [], children: [] };
  for (const [key, value] of Object.entries(body)) {
    const at = key.indexOf('@');
    if (at < 0) {
      await readProperty(draft, model, table, key, value, mode, readReference);
    } else if (at > 0 && key.slice(at) === '@odata.bind') {
      await bind(draft, table, key.slice(0, at), value, mode, readReference);
    }
    // Other annotations are what clients send back of what they read; they carry no data.
  }
  return draft;
}

async function readProperty(
  draft: Draft,
  model: ApiModel,
  table: ApiTable,
  key: string,
  value: unknown,
  mode: 'create' | 'update',
  readReference: ReferenceReader,
): Promise<void> {
  const property = table.properties.get(key);
  if (property !== undefined) {
    if (isLookup(property.definition)) {
      throw badValue(
        `'${key}' is read-only: a lookup is set over its navigation property, as in "${property.column}@odata.bind": "/contacts(<id>)".`,
      );
    }
    requireWritable(property, table, mode);
    if (mode === 'update' && key === table.definition.primaryId) return;
    draft.values[property.column] = columnValue(property, value);
    return;
  }
  const navigation = findNavigation(table, key);
  if (navigation === undefined) throw noProperty(table, key);
  if ('many' in navigation && table.partyLists.size > 0 && navigation.many.table === 'activityparty') {
    Object.assign(draft.values, await readParties(model, table, value, readReference));
    return;
  }
  nested(draft, model, table, key, navigation, value, mode);
}

function nested(
  draft: Draft,
  model: ApiModel,
  table: ApiTable,
  key: string,
  navigation: DeepInsert['navigation'],
  value: unknown,
  mode: 'create' | 'update',
): void {
  if ('one' in navigation && value === null) {
    requireLookup(table, navigation.one, mode);
    draft.values[navigation.one.column] = null;
    return;
  }
  if (mode === 'update') {
    throw badPayload(`'${key}' cannot carry new records in an update; create them by a request of their own.`);
  }
  const target = model.byName(('one' in navigation ? navigation.one : navigation.many).table);
  if (target === undefined) throw noNavigation(table, key);
  if ('one' in navigation) requireLookup(table, navigation.one, mode);
  const bodies = 'one' in navigation ? [value] : value;
  if (!Array.isArray(bodies)) throw badPayload(`'${key}' must be an array of records.`);
  for (const body of bodies) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw badPayload(`'${key}' must hold records ({...}).`);
    draft.inserts.push({ navigation, table: target, body: body as JsonObject });
  }
}

async function bind(
  draft: Draft,
  table: ApiTable,
  name: string,
  value: unknown,
  mode: 'create' | 'update',
  readReference: ReferenceReader,
): Promise<void> {
  const navigation = findNavigation(table, name);
  const what = `'${name}@odata.bind'`;
  if (navigation !== undefined && 'many' in navigation) {
    if (!Array.isArray(value)) throw badPayload(`${what} must be an array of record URLs.`);
    const ids: string[] = [];
    for (const item of value) ids.push((await referenceTo([navigation.many.table], item, what, readReference)).id);
    draft.children.push({ navigation: navigation.many, ids });
    return;
  }
  const column = navigation?.one.column ?? lookupColumn(table, name);
  if (column === undefined) throw noNavigation(table, name);
  requireLookup(table, { name, column, table: '', bindable: navigation?.one.bindable ?? true }, mode);
  if (value === null || value === '') {
    draft.values[column] = null;
    return;
  }
  // A name shared by several targets (ownerid, acceptingentityid) takes any of the column's; one that carries its target takes that alone.
  const definition = table.definition.columns[column];
  const any = definition !== undefined && isLookup(definition) ? definition.targets : [];
  const shared = navigation === undefined || name.toLowerCase() === column.toLowerCase();
  const targets = shared ? any : [navigation.one.table];
  const reference = await referenceTo(targets, value, what, readReference);
  // A column that knows activitypointer alone keeps any activity as one.
  const isNamed = any.includes(reference.table) || !any.includes('activitypointer');
  draft.values[column] = isNamed ? reference : { table: 'activitypointer', id: reference.id };
}

function lookupColumn(table: ApiTable, name: string): string | undefined {
  const column = name.toLowerCase();
  const definition = Object.hasOwn(table.definition.columns, column) ? table.definition.columns[column] : undefined;
  return definition !== undefined && isLookup(definition) && table.properties.has(`_${column}_value`)
    ? column
    : undefined;
}

async function referenceTo(
  targets: readonly string[],
  value: unknown,
  what: string,
  readReference: ReferenceReader,
): Promise<EntityReference> {
  if (typeof value !== 'string') throw badPayload(`${what} must be a record URL such as "/contacts(<id>)".`);
  const reference = await readReference(value, what);
  if (!targets.some((target) => refersTo(target, reference.table))) {
    throw badPayload(
      `${what} takes a record of ${targets.join(' or ') || 'no table'}, found one of ${reference.table}.`,
    );
  }
  return reference;
}

function requireLookup(table: ApiTable, one: ToOne, mode: 'create' | 'update'): void {
  const property = table.properties.get(`_${one.column}_value`);
  if (!one.bindable || property === undefined) throw badValue(`'${one.name}' of ${table.name} cannot be set.`);
  requireWritable(property, table, mode);
}

function requireWritable(property: ApiProperty, table: ApiTable, mode: 'create' | 'update'): void {
  if (mode === 'create' ? property.creatable : property.updatable || property.column === table.definition.primaryId)
    return;
  const when = property.creatable || property.updatable ? ` in ${mode === 'create' ? 'a creation' : 'an update'}` : '';
  throw badValue(`The column '${property.column}' of ${table.name} is read-only${when}; leave it out.`);
}

async function readParties(
  model: ApiModel,
  table: ApiTable,
  value: unknown,
  readReference: ReferenceReader,
): Promise<Readonly<Record<string, readonly PartyInput[]>>> {
  const what = `'${table.name}_activity_parties'`;
  if (!Array.isArray(value)) throw badPayload(`${what} must be an array of parties.`);
  const partyTable = model.byName('activityparty');
  if (partyTable === undefined) throw noProperty(table, what);
  const lists: Record<string, PartyInput[]> = {};
  if (value.length === 0) for (const column of table.partyLists.values()) lists[column] = [];
  for (const item of value) {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw badPayload(`${what} must hold parties ({...}).`);
    const party = await readEntityBody(model, partyTable, item as JsonObject, 'create', readReference);
    const { participationtypemask, ...values } = party.values;
    const column = typeof participationtypemask === 'number' ? table.partyLists.get(participationtypemask) : undefined;
    if (column === undefined) {
      const masks = [...table.partyLists].map(([mask, name]) => `${mask} (${name})`).join(', ');
      throw badPayload(`Each entry of ${what} needs a participationtypemask that ${table.name} has: ${masks}.`);
    }
    const list = lists[column] ?? [];
    lists[column] = list;
    list.push(partyInput(values));
  }
  return lists;
}

function partyInput(values: Readonly<Record<string, unknown>>): PartyInput {
  const known = ['partyid', 'addressused', 'unresolvedpartyname'];
  const other = Object.keys(values).find((name) => !known.includes(name) && name !== 'activitypartyid');
  if (other !== undefined)
    throw badPayload(`A party given with its activity cannot set '${other}'; known are ${known.join(', ')}.`);
  return Object.fromEntries(known.filter((name) => name in values).map((name) => [name, values[name]])) as PartyInput;
}
