import type { FlatSchema, FlatType } from './flatten-schema.ts';

/**
 * Marks what an older server does not know: `@1` behind an element, word or attribute first seen in the second of `older`
 * schemas (oldest first), `@2` in the third, `@3` only in the newest; nothing behind what all know.
 */
export function addSince(newest: FlatSchema, older: readonly FlatSchema[]): FlatSchema {
  const known = older.map((schema) => new Set(factsOf(schema)));
  const since = (fact: string): string => {
    const first = known.findIndex((facts) => facts.has(fact));
    return first === 0 ? '' : `@${first < 0 ? older.length : first}`;
  };
  const types: Record<string, FlatType> = {};
  for (const [key, type] of Object.entries(newest.types).sort(([a], [b]) => (a < b ? -1 : 1))) {
    types[key] = {
      ...type,
      ...(type.content && {
        content: type.content.replace(/([tm]\.\w+)=([\w./]+)/g, (all, name) => all + since(`${key}>${name}`)),
      }),
      ...(type.attributes && {
        attributes: Object.fromEntries(
          Object.entries(type.attributes).map(([name, text]) => [name, text + since(`${key}@${name}`)]),
        ),
      }),
      ...(type.words && { words: type.words.map((word) => word + since(`${key}:${word}`)) }),
    };
  }
  const roots = Object.fromEntries(
    Object.entries(newest.roots).map(([name, type]) => [name, type + since(`root ${name}`)]),
  );
  return { roots, types };
}

function factsOf({ roots, types }: FlatSchema): string[] {
  const parts = Object.entries(types).flatMap(([key, { content = '', attributes = {}, words = [] }]) => [
    ...[...content.matchAll(/([tm]\.\w+)=/g)].map((match) => `${key}>${match[1]}`),
    ...Object.keys(attributes).map((name) => `${key}@${name}`),
    ...words.map((word) => `${key}:${word}`),
  ]);
  return [...Object.keys(roots).map((name) => `root ${name}`), ...parts];
}
