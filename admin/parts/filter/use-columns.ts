import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi } from '../../api/api-context.tsx';
import type { ColumnsByName } from './fits.ts';
import { readColumns } from './table-columns.ts';

/** The columns of a table by name, as the metadata describes them; empty until they are read, and where nobody may. */
export function useColumns(table: string): ColumnsByName {
  const { client } = useApi();
  const columns = useQuery({
    queryKey: ['columns', table],
    queryFn: () => readColumns(client, table),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: table !== '',
  });
  return useMemo(() => new Map((columns.data ?? []).map((one) => [one.name, one])), [columns.data]);
}
