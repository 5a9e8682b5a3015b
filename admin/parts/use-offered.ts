import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import type { Page } from '../api/client.ts';
import { entitySets, pathOf, type ShownTable } from '../api/entity-sets.ts';
import { allOf, containsWords, queryString } from '../api/odata.ts';
import { searchTerms } from '../api/search-terms.ts';
import type { PickableTable } from './pickable-table.ts';

/** A record that may be chosen. */
export interface OfferedRecord {
  readonly id: string;
  readonly name: string;
  /** What tells records of one name apart. */
  readonly more: string;
}

/** What one search offers. */
export interface Offered {
  readonly groups: readonly { readonly table: ShownTable; readonly records: readonly OfferedRecord[] }[];
  /** Why a table could not be searched; it has no group then. */
  readonly error: Error | null;
}

/** Rows of each table that are offered at a time. */
const mostOffered = 8;

/**
 * The records that fit what is typed, by table; undefined until the first search is answered, and nothing is searched while `typed` is
 * undefined. What the search before offered stays until the next is answered, or `tables` were others then: what is under the pointer must
 * not be gone between pressing and releasing.
 */
export function useOffered(tables: readonly PickableTable[], typed: string | undefined): Offered | undefined {
  const found = useFound(tables, usePaused(typed ?? ''), typed !== undefined);
  const [shown, setShown] = useState(found);
  if (found !== undefined && found !== shown) setShown(found);
  return found ?? shown;
}

function useFound(tables: readonly PickableTable[], words: string, isEnabled: boolean): Offered | undefined {
  const { client } = useApi();
  return useQueries({
    queries: tables.map(({ table, nameColumn, hintColumn, filter, isIndexed }) => {
      const idColumn = entitySets[table][1];
      const path = `${pathOf(table)}${queryString({
        $select: [idColumn, nameColumn, hintColumn].join(','),
        $filter: allOf(filter, isIndexed ? undefined : containsWords(words, [nameColumn, hintColumn])),
        $search: isIndexed ? searchTerms(words) : undefined,
        $orderby: nameColumn,
        $top: mostOffered,
      })}`;
      return {
        queryKey: ['rows', table, path],
        enabled: isEnabled,
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const { value } = await client.request<Page<Readonly<Record<string, unknown>>>>(path, { signal });
          const textOf = (row: Readonly<Record<string, unknown>>, column: string): string => String(row[column] ?? '');
          const records = value.map((row) => ({
            id: textOf(row, idColumn),
            name: textOf(row, nameColumn),
            more: textOf(row, hintColumn),
          }));
          return { table, records };
        },
      };
    }),
    combine: together,
  });
}

/** What was found once every table has answered; one that failed does not hide what the others have. */
function together(results: readonly UseQueryResult<Offered['groups'][number], Error>[]): Offered | undefined {
  if (results.some(({ isPending }) => isPending)) return undefined;
  return {
    groups: results.flatMap(({ data }) => data ?? []),
    error: results.find(({ data }) => data === undefined)?.error ?? null,
  };
}

/** What was typed, once typing pauses. */
function usePaused(typed: string): string {
  const [paused, setPaused] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(typed), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return paused;
}
