import { Combobox, Field, Option, OptionGroup } from '@fluentui/react-components';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import type { Page } from '../api/client.ts';
import { entitySets, pathOf, type ShownTable } from '../api/entity-sets.ts';
import { allOf, containsWords, queryString } from '../api/odata.ts';
import { searchTerms } from '../api/search-terms.ts';
import { partsText } from '../text/parts.ts';

/** A record that was chosen. */
export interface PickedRecord {
  readonly table: ShownTable;
  readonly id: string;
  readonly name: string;
}

/** A table that records are chosen from. */
export interface PickableTable {
  readonly table: ShownTable;
  readonly label: string;
  readonly nameColumn: string;
  /** A further column that is searched, and tells records of one name apart. */
  readonly hintColumn: string;
  readonly filter?: string;
  /** The table has a search index: words are found by their beginning, in a table of any size. */
  readonly isIndexed?: boolean;
}

/** Rows of each table that are offered at a time. */
const mostOffered = 8;

/** Chooses one record of some tables by typing a part of its name; searched on the server. */
export function RecordField({
  label,
  hint,
  isLabelHidden = false,
  tables,
  value,
  onPick,
}: {
  readonly label: string;
  /** The label is there for those who listen alone. */
  readonly isLabelHidden?: boolean;
  readonly hint?: string;
  readonly tables: readonly PickableTable[];
  readonly value: PickedRecord | undefined;
  readonly onPick: (record: PickedRecord | undefined) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const found = useFound(tables, usePaused(typed ?? ''), typed !== undefined);
  return (
    <Field hint={hint} {...(isLabelHidden ? {} : { label })}>
      <Combobox
        {...(isLabelHidden ? { 'aria-label': label } : {})}
        freeform
        clearable
        value={typed ?? value?.name ?? ''}
        selectedOptions={value === undefined || typed !== undefined ? [] : [keyOf(value)]}
        placeholder={partsText.pick}
        open={typed !== undefined}
        onOpenChange={(_event, { open }) => setTyped((before) => (open ? (before ?? '') : undefined))}
        onChange={(event) => setTyped(event.target.value)}
        onOptionSelect={(event, { optionValue, optionText }) => {
          // Typing deselects what was chosen; here it stays until another is chosen, or it is cleared.
          if (optionValue === undefined && event.type === 'change') return;
          setTyped(undefined);
          const [table, id] = (optionValue ?? '').split(' ');
          onPick(id === undefined ? undefined : { table: table as ShownTable, id, name: optionText ?? '' });
        }}
      >
        {tables.map(({ table, label: group }, index) => {
          const rows = found[index]?.data ?? [];
          if (rows.length === 0) return null;
          return (
            <OptionGroup key={table} label={group}>
              {rows.map(({ id, name, more }) => (
                <Option key={id} value={keyOf({ table, id })} text={name}>
                  {more === '' ? name : `${name} (${more})`}
                </Option>
              ))}
            </OptionGroup>
          );
        })}
        {found.every(({ data }) => data?.length === 0) && (
          <Option disabled text="">
            {partsText.pickNothing}
          </Option>
        )}
      </Combobox>
    </Field>
  );
}

const keyOf = ({ table, id }: Pick<PickedRecord, 'table' | 'id'>): string => `${table} ${id}`;

interface Offered {
  readonly id: string;
  readonly name: string;
  readonly more: string;
}

function useFound(
  tables: readonly PickableTable[],
  words: string,
  isEnabled: boolean,
): readonly UseQueryResult<readonly Offered[], Error>[] {
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
          return value.map((row) => ({
            id: textOf(row, idColumn),
            name: textOf(row, nameColumn),
            more: textOf(row, hintColumn),
          }));
        },
      };
    }),
  });
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
