import type { SearchTerms } from '../store/record-store.ts';
import { unknownName } from './http-error.ts';
import { isJsonFormat } from './metadata-level.ts';
import { didYouMean } from './nearest.ts';
import { type Apply, parseApply } from './odata-apply.ts';
import type { FilterNode, PropertyPath } from './odata-ast.ts';
import { parseFilter } from './odata-filter.ts';
import { parseSearch } from './odata-search.ts';
import { splitOutside } from './split-outside.ts';
import { type Aliases, TokenReader } from './token-reader.ts';

/** `$orderby` entry. */
export interface OrderItem {
  readonly path: PropertyPath;
  readonly descending: boolean;
}

/** `$expand` entry with the options in its parentheses. */
export interface ExpandItem {
  readonly name: string;
  readonly options: QueryOptions;
  /** `$expand=name/$ref`: links instead of records. */
  readonly refs: boolean;
  /** The options as they were written, for the link to a further page. */
  readonly query: ReadonlyMap<string, string>;
}

/** The system query options of one request or one expand. */
export interface QueryOptions {
  readonly select?: readonly string[];
  readonly filter?: FilterNode;
  readonly orderBy: readonly OrderItem[];
  readonly expand: readonly ExpandItem[];
  readonly apply?: Apply;
  readonly search?: SearchTerms;
  readonly top?: number;
  readonly count: boolean;
  readonly skipToken?: string;
}

const known = new Set([
  '$select',
  '$filter',
  '$orderby',
  '$expand',
  '$top',
  '$count',
  '$skiptoken',
  '$apply',
  '$search',
]);
/** Options that other parts of a request read. */
const elsewhere = new Set(['$id', '$deltatoken']);
const deepestExpand = 10;

/** Reads the `$` options. Throws 400 for one that does not exist, is not supported or cannot be read. */
export function parseQueryOptions(query: ReadonlyMap<string, string>, aliases: Aliases, depth = 0): QueryOptions {
  if (depth > deepestExpand) throw unknownName(`$expand nests deeper than ${deepestExpand} levels.`);
  for (const name of query.keys()) {
    if (known.has(name) || elsewhere.has(name)) continue;
    if (name === '$format' && isJsonFormat(query.get(name) ?? '')) continue;
    if (!name.startsWith('$')) continue;
    const skip = name === '$skip' ? ' Read page by page over @odata.nextLink instead.' : didYouMean(name, known);
    throw unknownName(`The query option '${name.slice(0, 60)}' is not supported.${skip}`);
  }
  const select = query.get('$select');
  const filter = query.get('$filter');
  const apply = query.get('$apply');
  const search = query.get('$search');
  const top = query.get('$top');
  const skipToken = query.get('$skiptoken');
  return {
    ...(select === undefined ? {} : { select: parseSelect(select) }),
    ...(filter === undefined ? {} : { filter: parseFilter(filter, aliases) }),
    orderBy: parseOrderBy(query.get('$orderby')),
    expand: parseExpand(query.get('$expand'), aliases, depth),
    ...(apply === undefined ? {} : { apply: parseApply(apply, aliases) }),
    ...(search === undefined ? {} : { search: parseSearch(search) }),
    ...(top === undefined ? {} : { top: parseTop(top) }),
    count: parseCount(query.get('$count')),
    ...(skipToken === undefined ? {} : { skipToken }),
  };
}

function parseSelect(text: string): readonly string[] {
  const reader = new TokenReader(text, 'The $select');
  const names: string[] = [];
  if (reader.peek().kind === 'end') return names;
  do {
    names.push(reader.accept('*') ? '*' : reader.expectName().text);
  } while (reader.accept(','));
  reader.expectEnd();
  return names;
}

function parseOrderBy(text: string | undefined): readonly OrderItem[] {
  if (text === undefined) return [];
  const reader = new TokenReader(text, 'The $orderby');
  const items: OrderItem[] = [];
  do {
    const path = [reader.expectName().text];
    while (reader.accept('/')) path.push(reader.expectName().text);
    const descending = reader.acceptWord('desc');
    if (!descending) reader.acceptWord('asc');
    items.push({ path, descending });
    if (items.length > 20) reader.fail('at most 20 sort keys');
  } while (reader.accept(','));
  reader.expectEnd();
  return items;
}

function parseTop(text: string): number {
  if (!/^\d{1,9}$/.test(text.trim()))
    throw unknownName(`The $top must be a whole number from 0 on, found '${text.slice(0, 40)}'.`);
  return Number(text);
}

function parseCount(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw unknownName(`The $count must be true or false, found '${text.slice(0, 40)}'.`);
}

function parseExpand(text: string | undefined, aliases: Aliases, depth: number): readonly ExpandItem[] {
  if (text === undefined) return [];
  return splitOutside(text, ',', 'The $expand').map((part) => {
    const shape = /^\s*([A-Za-z_]\w*)(\/\$ref)?\s*(?:\((.*)\))?\s*$/s.exec(part);
    if (shape?.[1] === undefined) {
      throw unknownName(
        `The $expand cannot be read: '${part.slice(0, 60)}' is not a navigation property with options.`,
      );
    }
    const inner = new Map<string, string>();
    for (const option of splitOutside(shape[3] ?? '', ';', 'The $expand')) {
      if (option.trim() === '') continue;
      const at = option.indexOf('=');
      if (at < 0) throw unknownName(`The $expand option '${option.slice(0, 60)}' has no value.`);
      inner.set(option.slice(0, at).trim(), option.slice(at + 1));
    }
    const options = parseQueryOptions(inner, aliases, depth + 1);
    if (options.apply !== undefined || options.search !== undefined || options.skipToken !== undefined) {
      throw unknownName(`$expand=${shape[1]}(...) takes $select, $filter, $orderby, $top, $count and $expand.`);
    }
    return { name: shape[1], options, refs: shape[2] !== undefined, query: inner };
  });
}
