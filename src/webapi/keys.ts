import type { RecordStore } from '../store/record-store.ts';
import { findTable } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiModel, ApiTable } from './api-model.ts';
import { isLookup } from './edm-type.ts';
import { type JsonObject, scalarJson } from './entity-json.ts';
import { findReadable } from './find-property.ts';
import { badPayload, badValue, HttpError, unknownName } from './http-error.ts';
import { isGuid, literalValue } from './literal-value.ts';
import { didYouMean } from './nearest.ts';
import type { Literal } from './odata-ast.ts';
import { type PathArgument, type PathSegment, parsePath } from './odata-url.ts';
import { queryRows } from './rows.ts';

/** The table of an entity set. Throws 404 naming the nearest set. */
export function findSet(model: ApiModel, name: string): ApiTable {
  const table = model.bySet(name);
  if (table !== undefined) return table;
  const hint = didYouMean(
    name,
    model.tables.map((known) => known.definition.entitySetName),
  );
  throw new HttpError(404, '80060888', `Resource not found for the segment '${name.slice(0, 100)}'.${hint}`);
}

/** The id a key names: a guid, the primary id by name, or columns that together match exactly one record; undefined when none matches. */
export async function resolveKey(
  records: RecordStore,
  table: ApiTable,
  args: readonly PathArgument[],
): Promise<string | undefined> {
  const [first] = args;
  const { primaryId, entitySetName } = table.definition;
  if (first === undefined) throw unknownName(`A record is named by its id, as in ${entitySetName}(<guid>).`);
  if (args.length === 1 && (first.name === undefined || first.name === primaryId)) return guidKey(first, table);
  const conditions = args.map((arg) => {
    if (arg.name === undefined) throw unknownName(`Every part of a key of ${entitySetName} needs its column name.`);
    const property = findReadable(table, arg.name);
    const value = literalValue(single(arg), property);
    if (value === null) throw badValue(`The key column '${arg.name}' cannot be null.`);
    return { column: property.column, operator: 'eq', value } as const;
  });
  const page = await queryRows(records, {
    table: table.name,
    columns: [primaryId],
    filter: { and: conditions },
    limit: 2,
  });
  if (page.rows.length > 1) throw badValue(`The key of ${entitySetName} matches more than one record.`);
  const id = page.rows[0]?.[primaryId];
  return id === undefined ? undefined : String(id);
}

/** The values of an alternate key as a body writes them. Throws 400 for lookups to several tables, whose target a key does not tell. */
export function keyValues(table: ApiTable, args: readonly PathArgument[]): JsonObject {
  const values: JsonObject = {};
  for (const arg of args) {
    const property = findReadable(table, arg.name ?? '');
    const value = literalValue(single(arg), property);
    if (!isLookup(property.definition)) {
      values[property.name] = value instanceof Date || typeof value === 'bigint' ? scalarJson(property, value) : value;
      continue;
    }
    const [way, ...more] = [...table.toOne.values()].filter((one) => one.column === property.column && one.bindable);
    const set = more.length > 0 ? undefined : findTable(way?.table ?? '')?.entitySetName;
    if (way === undefined || set === undefined)
      throw badValue(`'${property.name}' cannot be part of the key of a creation.`);
    values[`${way.name}@odata.bind`] = `/${set}(${String(value)})`;
  }
  return values;
}

/** Reads a record URL: relative (`contacts(<guid>)`, with or without slash) or absolute under the service root. Throws 400. */
export async function readReference(
  model: ApiModel,
  records: RecordStore,
  serviceRoot: string,
  text: string,
  what: string,
): Promise<EntityReference> {
  const path = relativePath(serviceRoot, text, what);
  const segments: readonly PathSegment[] = parsePath(path);
  const [segment] = segments;
  if (segment?.args === undefined || segments.length > 1) {
    throw badPayload(`${what} must be a record URL such as "/contacts(<id>)", found '${text.slice(0, 100)}'.`);
  }
  const table = model.bySet(segment.name);
  if (table === undefined) {
    const hint = didYouMean(
      segment.name,
      model.tables.map((known) => known.definition.entitySetName),
    );
    throw unknownName(`${what} names the entity set '${segment.name.slice(0, 100)}', which does not exist.${hint}`);
  }
  const id = await resolveKey(records, table, segment.args);
  if (id === undefined)
    throw new HttpError(404, '80040217', `${what}: no ${table.name} matches '${text.slice(0, 100)}'.`);
  return { table: table.name, id };
}

function relativePath(serviceRoot: string, text: string, what: string): string {
  if (!/^https?:/i.test(text)) return text.replace(/^\/?(?:api\/data\/v9\.\d\/)?/, '');
  const match = /^https?:\/\/[^/]+\/api\/data\/v9\.\d\//i.exec(text);
  const sameHost = match !== null && new URL(text).host === new URL(serviceRoot).host;
  if (match === null || !sameHost)
    throw badPayload(`${what} names '${text.slice(0, 100)}', which lies outside this service.`);
  return text.slice(match[0].length);
}

function guidKey(arg: PathArgument, table: ApiTable): string {
  const literal = single(arg);
  if ((literal.type === 'guid' || literal.type === 'string') && isGuid(literal.value))
    return literal.value.toLowerCase();
  throw unknownName(
    `A record of ${table.definition.entitySetName} is named by a guid, found '${JSON.stringify(literal).slice(0, 60)}'.`,
  );
}

function single(arg: PathArgument): Literal {
  if (Array.isArray(arg.value)) throw unknownName('A list cannot be part of a key.');
  return arg.value as Literal;
}
