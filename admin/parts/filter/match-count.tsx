import { Button, makeStyles, Spinner, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { listPreference, type Page } from '../../api/client.ts';
import { pathOf, type ShownTable } from '../../api/entity-sets.ts';
import { queryString } from '../../api/odata.ts';
import { conditionsText } from '../../text/conditions.ts';
import { ErrorBar } from '../error-bar.tsx';
import { readFetch, writeFetch } from './fetch-text.ts';
import type { FilterDialect } from './filter-editor.tsx';

const text = conditionsText.count;
/** Names that are shown. */
const mostNames = 5;
/** What the service counts up to. */
const countedUpTo = 5000;

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: '4px', alignItems: 'flex-start' },
  names: { margin: 0 },
});

/** Counts, when asked, the records that conditions fit now, and names some of them, before anything is saved. */
export function MatchCount({
  dialect,
  table,
  nameColumn,
  value,
}: {
  readonly dialect: FilterDialect;
  readonly table: ShownTable;
  readonly nameColumn: string;
  readonly value: string;
}) {
  const styles = useStyles();
  const { client } = useApi();
  const [asked, setAsked] = useState<string>();
  const found = useQuery({
    queryKey: ['match', dialect, table, asked],
    queryFn: ({ signal }) => {
      const query =
        dialect === 'fetchxml'
          ? { fetchXml: withName(asked ?? '', nameColumn), $count: true }
          : { $select: nameColumn, $filter: asked, $count: true, $top: mostNames };
      const path = `${pathOf(table)}${queryString(query)}`;
      return client.request<Page<Readonly<Record<string, string | null>>>>(path, {
        prefer: listPreference(mostNames),
        signal,
      });
    },
    enabled: asked !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  const names = (found.data?.value ?? []).flatMap((row) => (nameColumn in row ? [row[nameColumn]] : []));
  const count = found.data?.['@odata.count'] ?? 0;
  return (
    <div className={styles.stack}>
      <Button
        size="small"
        onClick={() => (asked === value ? void found.refetch() : setAsked(value))}
        icon={found.isFetching ? <Spinner size="tiny" /> : null}
      >
        {text.button}
      </Button>
      {found.error && <ErrorBar error={found.error} />}
      {asked === value && found.data && (
        <div role="status">
          <Text>{text.found(count, count >= countedUpTo)}</Text>
          {names.length > 0 && (
            <ul className={styles.names}>
              {names.map((name, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two records may have one name
                <li key={index}>{name || text.noName}</li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}

/** The query with the name of what it finds, where its columns can be chosen. */
function withName(fetchXml: string, column: string): string {
  const query = readFetch(fetchXml);
  if (query === undefined) return fetchXml;
  const name = { name: 'attribute', attributes: { name: column }, children: [], text: '' };
  return writeFetch({ ...query, besides: [name] });
}
