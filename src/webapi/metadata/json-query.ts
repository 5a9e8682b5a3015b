import type { JsonObject } from '../entity-json.ts';
import { unknownName } from '../http-error.ts';
import { didYouMean } from '../nearest.ts';
import type { QueryOptions } from '../query-options.ts';
import type { JsonEntity } from './json-entity.ts';
import { fulfils, valueAt } from './json-filter.ts';

/** Descriptions as query options ask for them. Throws 400 for names that do not exist and options without sense here. */
export function queryEntities(
  entities: readonly JsonEntity[],
  options: QueryOptions,
): { readonly values: readonly JsonObject[]; readonly count: number } {
  refuseOptions(options);
  const { filter, orderBy, top } = options;
  const found = filter === undefined ? [...entities] : entities.filter((entity) => fulfils(entity, filter));
  for (const { path, descending } of [...orderBy].reverse()) {
    found.sort((a, b) => {
      const [left, right] = [valueAt(a, path), valueAt(b, path)].map((value) => (value ?? '') as string);
      const order = left === right ? 0 : (left ?? '') < (right ?? '') ? -1 : 1;
      return descending ? -order : order;
    });
  }
  return {
    values: found.slice(0, top ?? found.length).map((entity) => shownEntity(entity, options)),
    count: found.length,
  };
}

/** One description with `$select` and `$expand` applied; its id always comes along. */
export function shownEntity(entity: JsonEntity, options: QueryOptions, withType = false): JsonObject {
  refuseOptions(options);
  const shown: JsonObject =
    withType || isDerived(entity) ? { '@odata.type': `#Microsoft.Dynamics.CRM.${entity.type}` } : {};
  const { select } = options;
  const navigations = (select ?? []).filter((name) => Object.hasOwn(entity.navigation, name));
  const names =
    select === undefined || select.length === 0 || select.includes('*')
      ? Object.keys(entity.json)
      : [...select, 'MetadataId'];
  for (const name of names) {
    if (navigations.includes(name)) continue;
    if (!Object.hasOwn(entity.json, name)) throw noName(entity, name);
    shown[name] = entity.json[name];
  }
  for (const { name, options: inner } of options.expand) {
    const follow = Object.hasOwn(entity.navigation, name) ? entity.navigation[name] : undefined;
    if (follow === undefined) throw noName(entity, name);
    const related = follow();
    shown[name] = Array.isArray(related)
      ? queryEntities(related as readonly JsonEntity[], inner).values
      : related && shownEntity(related as JsonEntity, inner);
  }
  return shown;
}

/** Attributes and option sets come in kinds, so each says which it is. */
function isDerived({ type }: JsonEntity): boolean {
  return type !== 'EntityMetadata' && type !== 'OneToManyRelationshipMetadata';
}

/** A name that a description does not have; columns of one kind only are asked after a cast. */
function noName(entity: JsonEntity, name: string): Error {
  const hint = didYouMean(name, [...Object.keys(entity.json), ...Object.keys(entity.navigation)]);
  const type = `Microsoft.Dynamics.CRM.${entity.type}`;
  return unknownName(`Could not find a property named '${name.slice(0, 100)}' on type '${type}'.${hint}`);
}

function refuseOptions({ apply, search, skipToken }: QueryOptions): void {
  if (apply !== undefined || search !== undefined || skipToken !== undefined) {
    throw unknownName('Metadata takes $select, $filter, $expand, $orderby, $top and $count.');
  }
}
