import type { Condition, Filter, Hierarchy } from '../../src/store/record-store.ts';
import { catalog } from '../../src/tables/catalog.ts';
import type { EntityReference } from '../../src/tables/table-definition.ts';

/** A row as the store gives it. */
export type ModelRow = Readonly<Record<string, unknown>>;

/** The rows of a table by its logical name. */
export type ModelTables = (table: string) => readonly ModelRow[];

/** The joined row of an alias; undefined where an outer join found none. */
export type JoinedRows = (alias: string) => ModelRow | undefined;

/** What a filter says of a row, by SQL's three-valued logic; null is "unknown". Texts are compared without case. */
export function holds(
  row: ModelRow,
  asked: Filter,
  tables: ModelTables = () => [],
  joined: JoinedRows = () => undefined,
): boolean | null {
  const inside = (part: Filter) => holds(row, part, tables, joined);
  const rowOf = (alias: string | undefined) => (alias === undefined ? row : (joined(alias) ?? {}));
  if ('and' in asked) return least(asked.and.map(inside));
  if ('or' in asked) return negated(least(asked.or.map((part) => negated(inside(part)))));
  if ('not' in asked) return negated(inside(asked.not));
  if ('exists' in asked) {
    const { table, from, to, of, filter } = asked.exists;
    return tables(table).some(
      (other) =>
        meets(rowOf(of)[to], other[from], table, from) &&
        (filter === undefined || holds(other, filter, tables, joined) === true),
    );
  }
  if ('hierarchy' in asked) return isPlaced(rowOf(asked.hierarchy.of), asked.hierarchy, tables);
  if ('search' in asked) throw new Error('Searches are not modelled.');
  return compare(rowOf(asked.of), asked, rowOf(asked.otherOf));
}

function isPlaced(row: ModelRow, place: Hierarchy, tables: ModelTables): boolean | null {
  if (row[place.column] == null) return null;
  const { primaryId } = catalog[place.table];
  const rows = new Map(tables(place.table).map((one) => [String(one[primaryId]), one]));
  const parentOf = (id: string) => {
    const parent = rows.get(id)?.[place.parent];
    return parent == null ? undefined : String(comparable(parent));
  };
  const isBelow = (id: string, top: string) => {
    const seen = new Set<string>();
    for (let at = parentOf(id); at !== undefined && !seen.has(at); at = parentOf(at)) {
      if (at === top) return true;
      seen.add(at);
    }
    return false;
  };
  const mine = String(comparable(row[place.column]));
  if (place.withSelf && mine === place.id) return true;
  return place.direction === 'under' ? rows.has(mine) && isBelow(mine, place.id) : isBelow(place.id, mine);
}

/** A value in the form in which it is compared: lookups by id, texts folded, dates by time. */
export function comparable(value: unknown): string | number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'string') return value.toLowerCase();
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  return Number(value);
}

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

function least(values: readonly (boolean | null)[]): boolean | null {
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}

/** True when two columns join rows: a lookup to several tables meets only rows of the table it names. */
export function meets(mine: unknown, theirs: unknown, table: string, column: string): boolean {
  if (mine == null || theirs == null || comparable(mine) !== comparable(theirs)) return false;
  const named = (mine as EntityReference).table;
  return named === undefined || column !== catalog[table as 'email'].primaryId || named === table;
}

function compare(
  row: ModelRow,
  { column: name, operator, value, otherColumn }: Condition,
  otherRow: ModelRow,
): boolean | null {
  const mine = row[name] ?? null;
  if (operator === 'null') return mine === null;
  if (operator === 'notNull') return mine !== null;
  if (operator === 'in' || operator === 'notIn') {
    const values = value as readonly unknown[];
    const others = values.filter((item) => item !== null);
    const isListed = others.some((item) => comparable(item) === comparable(mine));
    const known = mine === null ? (others.length === 0 ? false : null) : isListed;
    const found = values.includes(null) ? (mine === null ? true : known) : known;
    return operator === 'in' ? found : negated(found);
  }
  const other = otherColumn === undefined ? value : otherRow[otherColumn];
  if (mine === null || other == null) return null;
  const [left, right] = [comparable(mine), comparable(other)];
  if (operator === 'contains') return String(left).includes(String(right));
  if (operator === 'startsWith') return String(left).startsWith(String(right));
  if (operator === 'endsWith') return String(left).endsWith(String(right));
  if (operator === 'like') return likePattern(String(right)).test(String(left));
  const order = left < right ? -1 : left > right ? 1 : 0;
  return { eq: order === 0, ne: order !== 0, gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[operator];
}

function likePattern(pattern: string): RegExp {
  const plain = (text: string) => text.replace(/[\\^$.*+?()[\]{}|-]/g, '\\$&');
  const source = pattern.replace(/\[(\^?)([^\]]+)\]|%|_|./gsu, (part, not: string, members: string | undefined) => {
    if (members !== undefined) return `[${not}${members.replace(/[\\[^]/g, '\\$&')}]`;
    return part === '%' ? '.*' : part === '_' ? '.' : plain(part);
  });
  return new RegExp(`^(?:${source})$`, 'su');
}
