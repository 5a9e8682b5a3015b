import {
  Button,
  Checkbox,
  makeStyles,
  SearchBox,
  Select,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components';
import { type ReactNode, useEffect, useState } from 'react';
import type { ApiRow, SelectName } from '../api/api-row.ts';
import { entitySets, type ShownTable } from '../api/entity-sets.ts';
import { allOf } from '../api/odata.ts';
import { useRows } from '../api/use-rows.ts';
import { partsText } from '../text/parts.ts';
import { ErrorBar } from './error-bar.tsx';
import { Loading } from './loading.tsx';
import { useIsNarrow } from './use-is-narrow.ts';
import { useUrlState } from './use-url-state.ts';

/** A column of a list. */
export interface ListColumn<N extends ShownTable> {
  readonly name: string;
  /** `$orderby` name, where the list may be sorted by it. */
  readonly sort?: string;
  readonly show: (row: ApiRow<N>) => ReactNode;
  /** Left out on a phone. */
  readonly isMinor?: boolean;
  readonly width?: string;
}

/** A choice that narrows a list, kept in the address under its name. */
export interface ListFilter {
  readonly name: string;
  readonly label: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly condition: string | undefined;
  }[];
}

export interface RecordListProps<N extends ShownTable> {
  readonly label: string;
  readonly table: N;
  readonly select: readonly SelectName<N>[];
  readonly columns: readonly ListColumn<N>[];
  /** Name of a row, for those who hear the page. */
  readonly nameOf: (row: ApiRow<N>) => string;
  /** The condition for searched words; without it there is no search. */
  readonly searchBy?: (words: string) => string | undefined;
  /** The `$search` for typed words, for tables with a search index; in place of `searchBy`. */
  readonly search?: (words: string) => string | undefined;
  readonly filters?: readonly ListFilter[];
  /** A condition that always holds. */
  readonly where?: string | undefined;
  readonly orderBy: string;
  readonly expand?: string;
  /** What can be done with selected rows; without it rows cannot be selected. */
  readonly bulk?: (rows: readonly ApiRow<N>[], clear: () => void) => ReactNode;
  readonly empty?: ReactNode;
  /** Prefix of this list's names in the address, where a page has two. */
  readonly prefix?: string;
  /** Counts all rows; leave it off for tables of millions. */
  readonly isCounted?: boolean;
}

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center', minHeight: '32px' },
  search: { minWidth: '200px', maxWidth: '360px', flexGrow: 1 },
  scroll: {
    overflowX: 'auto',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
  },
  check: { width: '40px' },
  cell: { paddingTop: '6px', paddingBottom: '6px', overflowWrap: 'anywhere' },
  foot: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  quiet: { color: tokens.colorNeutralForeground2 },
  empty: { padding: '24px', textAlign: 'center', color: tokens.colorNeutralForeground2 },
});

/** A list that searches, filters, sorts and pages on the server. */
export function RecordList<N extends ShownTable>(props: RecordListProps<N>) {
  const { table, prefix = '', isCounted = true } = props;
  const styles = useStyles();
  const isNarrow = useIsNarrow();
  const [words, setWords] = useUrlState(`${prefix}search`);
  const [order, setOrder] = useUrlState(`${prefix}order`, props.orderBy);
  const filters = useFilters(props.filters ?? [], prefix);
  const [links, setLinks] = useState<readonly string[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filter = allOf(props.where, ...filters.conditions, words === '' ? undefined : props.searchBy?.(words));
  const search = words === '' ? undefined : props.search?.(words);
  const question = `${filter}|${search}|${order}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at its first page, with nothing selected
  useEffect(() => {
    setLinks([]);
    setChosen(new Set());
  }, [question]);
  const page = useRows({
    table,
    select: props.select,
    filter,
    search,
    orderBy: order,
    expand: props.expand,
    count: isCounted,
    link: links.at(-1),
  });
  const rows = page.data?.value ?? [];
  const idOf = (row: ApiRow<N>): string => String((row as Readonly<Record<string, unknown>>)[entitySets[table][1]]);
  const selected = rows.filter((row) => chosen.has(idOf(row)));
  const columns = isNarrow ? narrowColumns(props.columns) : props.columns;
  const next = page.data?.['@odata.nextLink'];
  const total = page.data?.['@odata.count'];
  const hasSearch = (props.searchBy ?? props.search) !== undefined;
  return (
    <>
      {(hasSearch || props.filters || selected.length > 0) && (
        <search className={styles.tools}>
          {hasSearch && <SearchField words={words} onSearch={setWords} />}
          {filters.fields}
          {props.bulk && selected.length > 0 && (
            <>
              <Text weight="semibold">{partsText.selected(selected.length)}</Text>
              {props.bulk(selected, () => setChosen(new Set()))}
            </>
          )}
        </search>
      )}
      {page.error && <ErrorBar error={page.error} onRetry={page.refetch} />}
      {page.isPending && !page.error && <Loading />}
      {page.data && (
        <section className={styles.scroll} aria-label={props.label}>
          {rows.length === 0 ? (
            <div className={styles.empty}>
              {search === undefined && (filter === props.where || filter === `(${props.where})`)
                ? (props.empty ?? partsText.empty)
                : partsText.emptyFiltered}
            </div>
          ) : (
            <Table size="small" aria-label={props.label} aria-busy={page.isFetching}>
              <TableHeader>
                <TableRow>
                  {props.bulk && (
                    <TableHeaderCell className={styles.check}>
                      <Checkbox
                        aria-label={partsText.selectAll}
                        checked={selected.length === rows.length ? true : selected.length > 0 ? 'mixed' : false}
                        onChange={(_event, { checked }) => setChosen(new Set(checked ? rows.map(idOf) : []))}
                      />
                    </TableHeaderCell>
                  )}
                  {columns.map((column) => (
                    <SortHeader key={column.name} column={column} order={order} onOrder={setOrder} />
                  ))}
                </TableRow>
              </TableHeader>
              <TableBody>
                {rows.map((row) => (
                  <TableRow key={idOf(row)}>
                    {props.bulk && (
                      <TableCell className={styles.check}>
                        <Checkbox
                          aria-label={partsText.selectRow(props.nameOf(row))}
                          checked={chosen.has(idOf(row))}
                          onChange={(_event, { checked }) => setChosen(withOne(chosen, idOf(row), checked === true))}
                        />
                      </TableCell>
                    )}
                    {columns.map((column) => (
                      <TableCell key={column.name} className={styles.cell}>
                        {column.show(row)}
                      </TableCell>
                    ))}
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          )}
        </section>
      )}
      <div className={styles.foot}>
        {total !== undefined && (
          <Text className={styles.quiet} role="status">
            {total >= 5000 ? partsText.countAtLeast(total) : partsText.count(total)}
          </Text>
        )}
        {(links.length > 0 || next !== undefined) && (
          <>
            <Button size="small" disabled={links.length === 0} onClick={() => setLinks(links.slice(0, -1))}>
              {partsText.previous}
            </Button>
            <Text>{partsText.pageNumber(links.length + 1)}</Text>
            <Button size="small" disabled={next === undefined} onClick={() => next && setLinks([...links, next])}>
              {partsText.next}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

/** What a phone shows of the columns, with widths of its own. */
function narrowColumns<N extends ShownTable>(columns: readonly ListColumn<N>[]): readonly ListColumn<N>[] {
  return columns.filter((column) => !column.isMinor).map(({ width, ...column }) => column);
}

function withOne(chosen: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(chosen);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}

/** The search begins when typing pauses, or at Enter. */
function SearchField({ words, onSearch }: { readonly words: string; readonly onSearch: (words: string) => void }) {
  const styles = useStyles();
  const [typed, setTyped] = useState(words);
  useEffect(() => setTyped(words), [words]);
  useEffect(() => {
    if (typed === words) return undefined;
    const timer = setTimeout(() => onSearch(typed), 300);
    return () => clearTimeout(timer);
  }, [typed, words, onSearch]);
  return (
    <SearchBox
      className={styles.search}
      placeholder={partsText.search}
      aria-label={partsText.search}
      value={typed}
      onChange={(_event, { value }) => setTyped(value)}
    />
  );
}

function useFilters(filters: readonly ListFilter[], prefix: string) {
  const conditions: (string | undefined)[] = [];
  const fields: ReactNode[] = [];
  for (const filter of filters) {
    // biome-ignore lint/correctness/useHookAtTopLevel: a list's filters are a constant of its page
    const [value, set] = useUrlState(`${prefix}${filter.name}`, filter.options[0]?.value);
    conditions.push(filter.options.find((option) => option.value === value)?.condition);
    fields.push(
      <Select key={filter.name} aria-label={filter.label} value={value} onChange={(_event, data) => set(data.value)}>
        {filter.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>,
    );
  }
  return { conditions, fields };
}

function SortHeader<N extends ShownTable>({
  column,
  order,
  onOrder,
}: {
  readonly column: ListColumn<N>;
  readonly order: string;
  readonly onOrder: (order: string) => void;
}) {
  const { sort, name, width } = column;
  const style = width === undefined ? {} : { style: { width } };
  if (sort === undefined) return <TableHeaderCell {...style}>{name}</TableHeaderCell>;
  const first = order.split(',')[0]?.trim().split(' ') ?? [];
  const direction = first[0] === sort ? (first[1] === 'desc' ? 'descending' : 'ascending') : undefined;
  return (
    <TableHeaderCell
      {...style}
      sortable
      sortDirection={direction}
      onClick={() => onOrder(direction === 'ascending' ? `${sort} desc` : sort)}
    >
      {name}
    </TableHeaderCell>
  );
}
