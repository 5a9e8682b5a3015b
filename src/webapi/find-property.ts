import type { ApiProperty, ApiTable, ToMany, ToOne } from './api-model.ts';
import { type HttpError, unknownName } from './http-error.ts';
import { didYouMean } from './nearest.ts';

/** The readable property of that name; a lookup's column name stands for its `_x_value`. Throws 400 naming the nearest. */
export function findReadable(table: ApiTable, name: string): ApiProperty {
  const property = table.properties.get(name) ?? table.properties.get(`_${name}_value`);
  if (property?.readable) return property;
  throw noProperty(table, name);
}

/** The 400 for a property that does not exist, with a suggestion or a hint where it can be found. */
export function noProperty(table: ApiTable, name: string): HttpError {
  const party = [...table.partyLists.values()].includes(name)
    ? ` Party lists are read and written over '${table.name}_activity_parties'.`
    : undefined;
  const readable = [...table.properties.values()]
    .filter((property) => property.readable)
    .map((property) => property.name);
  const hint = party ?? didYouMean(name, readable);
  return unknownName(
    `Could not find a property named '${name.slice(0, 100)}' on type 'Microsoft.Dynamics.CRM.${table.name}'.${hint}`,
  );
}

/** A navigation property by name, exact or in any case; undefined when there is none. */
export function findNavigation(
  table: ApiTable,
  name: string,
): { readonly one: ToOne } | { readonly many: ToMany } | undefined {
  const one = table.toOne.get(name) ?? anyCase(table.toOne, name);
  if (one !== undefined) return { one };
  const many = table.toMany.get(name) ?? anyCase(table.toMany, name);
  return many === undefined ? undefined : { many };
}

/** The 400 for a navigation property that does not exist. */
export function noNavigation(table: ApiTable, name: string): HttpError {
  const hint = didYouMean(name, [...table.toOne.keys(), ...table.toMany.keys()]);
  return unknownName(
    `Could not find a navigation property named '${name.slice(0, 100)}' on type 'Microsoft.Dynamics.CRM.${table.name}'.${hint}`,
  );
}

function anyCase<T>(map: ReadonlyMap<string, T>, name: string): T | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of map) if (key.toLowerCase() === wanted) return value;
  return undefined;
}
