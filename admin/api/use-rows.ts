import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi } from './api-context.tsx';
import { isServiceTrouble } from './api-error.ts';
import type { ApiRow, SelectName } from './api-row.ts';
import { listPreference, type Page } from './client.ts';
import { pathOf, type ShownTable } from './entity-sets.ts';
import { queryString } from './odata.ts';

/** What is asked of a table. */
export interface RowsQuestion<N extends ShownTable> {
  readonly table: N;
  readonly select: readonly SelectName<N>[];
  readonly filter?: string | undefined;
  readonly search?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly expand?: string | undefined;
  readonly top?: number | undefined;
  readonly count?: boolean;
  /** A next page's link instead of all this. */
  readonly link?: string | undefined;
  readonly isEnabled?: boolean;
}

/** A page of rows; asked again when a row of the table changes. */
export function useRows<N extends ShownTable>(question: RowsQuestion<N>): UseQueryResult<Page<ApiRow<N>>, Error> {
  const { client } = useApi();
  const { table, link } = question;
  const path =
    link ??
    `${pathOf(table)}${queryString({
      $select: question.select.join(','),
      $filter: question.filter,
      $search: question.search,
      $orderby: question.orderBy,
      $expand: question.expand,
      $top: question.top,
      $count: question.count === true ? true : undefined,
    })}`;
  useWatch(table);
  return useQuery({
    queryKey: ['rows', table, path],
    queryFn: ({ signal }) => client.request<Page<ApiRow<N>>>(path, { prefer: listPreference(question.top), signal }),
    placeholderData: keepPreviousData,
    enabled: question.isEnabled ?? true,
  });
}

/** One row; asked again when it changes. What cannot be read anew just now leaves it, and the form that shows it, as it is. */
export function useRow<N extends ShownTable>(
  table: N,
  id: string | undefined,
  select: readonly SelectName<N>[],
  expand?: string,
): Pick<UseQueryResult<ApiRow<N>, Error>, 'data' | 'error' | 'refetch'> {
  const { client } = useApi();
  useWatch(table);
  const path = `${pathOf(table, id ?? '')}${queryString({ $select: select.join(','), $expand: expand })}`;
  const row = useQuery({
    queryKey: ['rows', table, path],
    queryFn: ({ signal }) => client.request<ApiRow<N>>(path, { prefer: listPreference(), signal }),
    enabled: id !== undefined,
  });
  const isKept = row.data !== undefined && isServiceTrouble(row.error);
  return { data: row.data, error: isKept ? null : row.error, refetch: row.refetch };
}

/** What a function of the Web API answers; `tables` are those whose changes make it ask again. */
export function useFunction<T>(
  call: string,
  tables: readonly ShownTable[] = [],
  options: { readonly refetchMs?: number; readonly isEnabled?: boolean } = {},
): UseQueryResult<T, Error> {
  const { client, live } = useApi();
  const { refetchMs, isEnabled = true } = options;
  const watched = tables.join(',');
  useEffect(() => {
    const ends = watched.split(',').map((table) => (table === '' ? undefined : live.watch(table)));
    return () => {
      for (const end of ends) end?.();
    };
  }, [live, watched]);
  return useQuery({
    queryKey: ['function', watched, call],
    queryFn: ({ signal }) => client.request<T>(call, { signal }),
    placeholderData: keepPreviousData,
    enabled: isEnabled,
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });
}

function useWatch(table: ShownTable): void {
  const { live } = useApi();
  useEffect(() => live.watch(table), [live, table]);
}
