import type { AuditSwitch } from '../../store/audit-triggers.ts';
import type { ApiContext, ApiRequest, ApiResponse } from '../api-request.ts';
import { HttpError, unknownName } from '../http-error.ts';
import type { Literal } from '../odata-ast.ts';
import { aliasesOf, type PathSegment, parseQueryString } from '../odata-url.ts';
import { parseQueryOptions } from '../query-options.ts';
import { ok, requireMethod } from '../responses.ts';
import { entityMetadata } from './entity-metadata.ts';
import type { JsonEntity } from './json-entity.ts';
import { queryEntities, shownEntity } from './json-query.ts';
import { metadataSets, metadataTypes } from './metadata-types.ts';
import { globalOptionSets } from './option-sets.ts';
import { allRelationships } from './relationship-metadata.ts';

const namespace = 'Microsoft.Dynamics.CRM.';

/** Where a path of metadata has come to: one description, several, or a plain value. */
type Place = { readonly one: JsonEntity } | { readonly many: readonly JsonEntity[] } | { readonly value: unknown };

/** True for the name of a set of metadata. */
export function isMetadataSet(name: string): boolean {
  return Object.hasOwn(metadataSets, name);
}

/** Answers `EntityDefinitions`, `GlobalOptionSetDefinitions` and `RelationshipDefinitions`, and the paths below them. Throws 404 for what is not there, 405 for writes: tables are defined by the product. */
export async function readMetadata(
  context: ApiContext,
  request: ApiRequest,
  segments: readonly PathSegment[],
): Promise<ApiResponse> {
  requireMethod(request, 'GET');
  const [first, ...rest] = segments;
  if (first === undefined) throw unknownName('A set of metadata is expected.');
  const query = parseQueryString(request.queryString);
  const options = parseQueryOptions(query, aliasesOf(query));
  const isCount = rest.at(-1)?.name === '$count';
  let place = keyed({ many: entitiesOf(context, first.name, await context.auditSwitches()) }, first);
  for (const segment of isCount ? rest.slice(0, -1) : rest) place = step(place, segment);
  const path = segments.map(({ name }) => name).join('/');
  const contextUrl = `${context.serviceRoot}$metadata#${path}`;
  if (isCount) {
    if (!('many' in place)) throw unknownName('Only collections are counted.');
    return ok(String(queryEntities(place.many, options).count), { 'content-type': 'text/plain' });
  }
  if ('value' in place) return ok({ '@odata.context': contextUrl, value: place.value ?? null });
  if ('one' in place) return ok({ '@odata.context': `${contextUrl}/$entity`, ...shownEntity(place.one, options) });
  const { values, count } = queryEntities(place.many, options);
  return ok({ '@odata.context': contextUrl, ...(options.count ? { '@odata.count': count } : {}), value: values });
}

function entitiesOf(context: ApiContext, set: string, switches: readonly AuditSwitch[]): readonly JsonEntity[] {
  const { model } = context;
  if (set === 'EntityDefinitions') return model.tables.map((table) => entityMetadata(model, table, switches));
  return set === 'RelationshipDefinitions' ? allRelationships(model) : globalOptionSets();
}

function step(place: Place, segment: PathSegment): Place {
  const { name } = segment;
  if (name.startsWith(namespace)) return cast(place, name.slice(namespace.length));
  if (!('one' in place)) throw noSegment(name);
  const { json, navigation } = place.one;
  if (Object.hasOwn(json, name) && segment.args === undefined) return { value: json[name] };
  const follow = Object.hasOwn(navigation, name) ? navigation[name] : undefined;
  if (follow === undefined) throw noSegment(name);
  const found = follow();
  if (found === null) return { value: null };
  return Array.isArray(found) ? keyed({ many: found }, segment) : { one: found as JsonEntity };
}

/** `Attributes(LogicalName='x')`, `EntityDefinitions(<id>)`: the one description that has these values. */
function keyed(place: { readonly many: readonly JsonEntity[] }, { name, args }: PathSegment): Place {
  if (args === undefined || args.length === 0) return place;
  const one = place.many.find((entity) =>
    args.every(({ name: key = 'MetadataId', value }) => {
      const { type, value: wanted } = value as Literal & { readonly value?: unknown };
      if (!Object.hasOwn(entity.json, key)) throw unknownName(`'${key.slice(0, 60)}' is no key of ${name}.`);
      const given = type === 'guid' ? String(wanted).toLowerCase() : wanted;
      return entity.json[key] === given;
    }),
  );
  if (one !== undefined) return { one };
  const shown = args.map(({ value }) => String((value as { value?: unknown }).value ?? '').slice(0, 100)).join(', ');
  throw new HttpError(404, '80060888', `There is no member of ${name} with the key '${shown}'.`);
}

function cast(place: Place, type: string): Place {
  if (!Object.hasOwn(metadataTypes, type)) throw noSegment(`${namespace}${type}`);
  if ('many' in place) return { many: place.many.filter((entity) => isA(entity.type, type)) };
  if ('one' in place && isA(place.one.type, type)) return place;
  throw new HttpError(404, '80060888', `This is no Microsoft.Dynamics.CRM.${type}.`);
}

function isA(type: string, wanted: string): boolean {
  for (let at: string | undefined = type; at !== undefined; at = metadataTypes[at]?.base)
    if (at === wanted) return true;
  return false;
}

function noSegment(name: string): HttpError {
  return new HttpError(404, '80060888', `Resource not found for the segment '${name.slice(0, 100)}'.`);
}
