import type { TableName } from '../tables/catalog.ts';
import type { FilterScope } from './filter-scope.ts';
import type { SearchTerms } from './record-store.ts';
import { refusedValue } from './refused-value.ts';
import { encodeValue } from './row-codec.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** The columns that a table's search index holds; tables not named have none. */
const searchColumns: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  account: ['name', 'emailaddress1'],
  contact: ['fullname', 'emailaddress1'],
  email: ['subject', 'sender'],
  lead: ['fullname', 'companyname', 'emailaddress1'],
  queue: ['name', 'emailaddress'],
  systemuser: ['fullname', 'internalemailaddress'],
};

/** The expression of a table's search index; undefined when it has none. Words are taken as they are, without a language. */
export function searchVector(layout: TableLayout, qualifier: string): string | undefined {
  const columns = searchColumns[layout.name];
  if (columns === undefined) return undefined;
  const texts = columns.map((column) => `coalesce(${qualifier}${quoted(column)}, '')`);
  return `to_tsvector('simple', ${texts.join(" || ' ' || ")})`;
}

/** SQL for "the row's texts hold these words", found by `indexed` where given. Throws 80040203 for a table without a search index. */
export function searchSql(scope: FilterScope, terms: SearchTerms, indexed?: SearchTerms): string {
  const vector = searchVector(scope.layout, scope.qualifier);
  if (vector === undefined) throw refusedValue('80040203', scope.layout.name, '*', 'has no search index.');
  const query = (wanted: SearchTerms) => `to_tsquery('simple', ${scope.parameters.add(queryText(wanted))}::text)`;
  if (indexed === undefined) return `${vector} @@ ${query(terms)}`;
  // The function, unlike the operator, is no question to the index.
  return `(${vector} @@ ${query(indexed)} and ts_match_vq(${vector}, ${query(terms)}))`;
}

/** The columns that the search index of a table holds. */
export function searchedColumns(layout: TableLayout): readonly string[] {
  return searchColumns[layout.name] ?? [];
}

/** True for tables with a search index. */
export function isSearchable(table: TableName): boolean {
  return searchColumns[table] !== undefined;
}

function queryText(terms: SearchTerms): string {
  if ('all' in terms) return `(${terms.all.map(queryText).join(' & ')})`;
  if ('any' in terms) return `(${terms.any.map(queryText).join(' | ')})`;
  if ('none' in terms) return `!(${queryText(terms.none)})`;
  const words = String(encodeValue('text', terms.words));
  return `'${words.replace(/['\\]/g, '$&$&')}':*`;
}
