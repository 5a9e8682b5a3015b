import type { TableName } from '../../tables/catalog.ts';
import type { Condition, ConditionOperator, ConditionValue, Filter, Related } from '../record-store.ts';
import { bindCondition, type OperatorTakes, operatorTakes } from './bind-condition.ts';
import { checkShape, type FetchScope, readableColumn, required, tableOf } from './fetch-scope.ts';
import { fetchValue, wholeNumber } from './fetch-value.ts';
import { badXml, type XmlElement } from './xml-tree.ts';

const conditionAttributes = ['attribute', 'operator', 'value', 'valueof', 'entityname', 'uiname', 'uitype', 'uihidden'];
const filterAttributes = [
  'type',
  'isquickfindfields',
  'overridequickfindrecordlimitenabled',
  'hint',
  'bypassquickfind',
];
const linkAttributes = ['name', 'from', 'to', 'alias', 'link-type', 'intersect', 'visible'];
const comparisons: Readonly<Record<string, ConditionOperator>> = {
  eq: 'eq',
  ne: 'ne',
  neq: 'ne',
  gt: 'gt',
  ge: 'ge',
  lt: 'lt',
  le: 'le',
};

/** The rows of which a `<filter>` speaks. */
export interface FilterSubject {
  readonly table: TableName;
  /** Alias of the joined table whose rows they are: its filter can name no other. Absent for the fetch's own entity. */
  readonly joinedAs?: string;
}

/** Reads a `<filter>`: conditions, filters and related rows inside. Throws 80040203 with the place of what makes no sense. */
export function readFilter(element: XmlElement, subject: FilterSubject, scope: FetchScope): Filter {
  checkShape(element, filterAttributes, ['condition', 'filter', 'link-entity']);
  const type = element.attributes.type ?? 'and';
  if (type !== 'and' && type !== 'or') {
    throw badXml(`The type of <filter> at ${element.position} must be and or or.`);
  }
  const parts = element.children.map((child) => {
    if (child.name === 'condition') return readCondition(child, subject, scope);
    return child.name === 'filter' ? readFilter(child, subject, scope) : readRelated(child, subject, scope);
  });
  if (parts.length === 0) return { and: [] };
  return type === 'or' ? { or: parts } : { and: parts };
}

/** A link-entity that only restricts: inside a filter, or of the types `exists` and `in`. */
export function readRelated(element: XmlElement, subject: FilterSubject, scope: FetchScope): Filter {
  checkShape(element, linkAttributes, ['filter', 'link-entity', 'attribute', 'all-attributes', 'order']);
  const type = element.attributes['link-type'] ?? 'any';
  const table = tableOf(element);
  const bare: Related = {
    table,
    from: readableColumn(table, required(element, 'from'), element).name,
    to: readableColumn(subject.table, required(element, 'to'), element).name,
  };
  scope.countCondition();
  const parts = element.children.flatMap((child) => {
    if (child.name === 'filter') return [readFilter(child, { table }, scope)];
    if (child.name !== 'link-entity' || child.attributes['link-type'] === 'outer') return [];
    return [readRelated({ ...child, attributes: asRestriction(child) }, { table }, scope)];
  });
  const related: Filter = { exists: parts.length === 0 ? bare : { ...bare, filter: { and: parts } } };
  switch (type) {
    case 'any':
    case 'not all':
    case 'exists':
    case 'in':
      return related;
    case 'not any':
      return { not: related };
    case 'all':
      return { and: [{ exists: bare }, { not: related }] };
    default:
      throw badXml(
        `The link-type '${type.slice(0, 40)}' of <link-entity> at ${element.position} is not possible there.`,
      );
  }
}

/** An inner join inside a restriction restricts too. */
function asRestriction(link: XmlElement): Readonly<Record<string, string>> {
  const type = link.attributes['link-type'] ?? 'inner';
  return type === 'inner' || type === 'natural' ? { ...link.attributes, 'link-type': 'any' } : link.attributes;
}

function readCondition(element: XmlElement, subject: FilterSubject, scope: FetchScope): Filter {
  checkShape(element, conditionAttributes, ['value']);
  scope.countCondition();
  const { table, of } = namedRows(element.attributes.entityname, element, subject, scope);
  const column = readableColumn(table, required(element, 'attribute'), element);
  const operator = required(element, 'operator');
  const other = element.attributes.valueof;
  if (other !== undefined)
    return columnsCondition(
      element,
      { column: column.name, ...(of === undefined ? {} : { of }) },
      other,
      subject,
      scope,
    );
  const takes = operatorTakes(operator);
  if (takes === undefined) {
    throw badXml(`The operator '${operator.slice(0, 60)}' of <condition> at ${element.position} does not exist.`);
  }
  const texts = textsOf(element);
  const values = texts.map((text) => typedValue(table, column.name, text, takes, scope));
  return bindCondition(
    { table, column: column.name, of, operator, values: takes === 'nothing' ? [] : values },
    scope.context,
  );
}

function textsOf(element: XmlElement): readonly string[] {
  const inside = element.children.map((child) => child.text);
  if (inside.length > 5000) throw badXml(`<condition> at ${element.position} has more than 5,000 values.`);
  const { value } = element.attributes;
  return value === undefined ? inside : [value, ...inside];
}

function typedValue(
  table: TableName,
  column: string,
  text: string,
  takes: OperatorTakes,
  scope: FetchScope,
): ConditionValue {
  switch (takes) {
    case 'text':
      return text;
    case 'count':
      return wholeNumber(table, column, text, 1, 10_000);
    case 'year':
    case 'period':
      return wholeNumber(table, column, text, 1, 9999);
    default:
      return fetchValue(table, column, text, scope.context.timeZone);
  }
}

function columnsCondition(
  element: XmlElement,
  mine: Pick<Condition, 'column' | 'of'>,
  other: string,
  subject: FilterSubject,
  scope: FetchScope,
): Filter {
  const operator = comparisons[element.attributes.operator ?? ''];
  if (operator === undefined)
    throw badXml(`<condition> at ${element.position} cannot compare columns by this operator.`);
  const at = other.lastIndexOf('.');
  const { table, of } = namedRows(at < 0 ? undefined : other.slice(0, at), element, subject, scope);
  const otherColumn = readableColumn(table, other.slice(at + 1), element).name;
  return { ...mine, operator, otherColumn, ...(of === undefined ? {} : { otherOf: of }) };
}

function namedRows(
  alias: string | undefined,
  element: XmlElement,
  subject: FilterSubject,
  scope: FetchScope,
): { readonly table: TableName; readonly of?: string } {
  if (alias === undefined || alias === subject.joinedAs) return { table: subject.table };
  const table = scope.tableNamed(alias, element);
  if (subject.joinedAs === undefined) return { table, of: alias };
  throw badXml(
    `<condition> at ${element.position} names '${alias.slice(0, 60)}': only filters of the <entity> ask joined tables.`,
  );
}
