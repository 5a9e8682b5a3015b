import { type ConditionGroup, type ConditionPart, type ConditionRow, withoutEmpty } from './condition-model.ts';
import { patternAround, textWithin } from './like-pattern.ts';
import { operatorNamed, takesSoMany } from './operators.ts';
import { readXml, writeXml, type XmlNode } from './xml-node.ts';

/** FetchXML that the builder can show: its conditions, and all else as it stands. */
export interface FetchQuery {
  readonly table: string;
  readonly group: ConditionGroup;
  /** Attributes of `<fetch>` and `<entity>`, and what stands in the entity beside the filter (columns, orders). */
  readonly fetchAttributes: Readonly<Record<string, string>>;
  readonly entityAttributes: Readonly<Record<string, string>>;
  readonly besides: readonly XmlNode[];
}

const isBlank = (node: XmlNode): boolean => node.text.trim() === '';
const only = (node: XmlNode, names: readonly string[]): boolean =>
  Object.keys(node.attributes).every((name) => names.includes(name));

/** Reads FetchXML; undefined where it says more than rows and groups of conditions on its own table can. */
export function readFetch(source: string): FetchQuery | undefined {
  const fetch = readXml(source);
  const entity = fetch?.children[0];
  if (fetch?.name !== 'fetch' || fetch.children.length !== 1 || entity?.name !== 'entity') return undefined;
  const { name: table } = entity.attributes;
  if (table === undefined || !isBlank(fetch) || !isBlank(entity)) return undefined;
  const filters = entity.children.filter(({ name }) => name === 'filter');
  const besides = entity.children.filter(({ name }) => name !== 'filter');
  const isKept = besides.every(({ name }) => name === 'attribute' || name === 'order' || name === 'all-attributes');
  if (filters.length > 1 || !isKept) return undefined;
  const group = filters[0] === undefined ? emptyGroup : readGroup(filters[0], true);
  if (group === undefined) return undefined;
  return { table, group, fetchAttributes: fetch.attributes, entityAttributes: entity.attributes, besides };
}

const emptyGroup: ConditionGroup = { kind: 'group', match: 'and', parts: [] };

function readGroup(node: XmlNode, isOutermost: boolean): ConditionGroup | undefined {
  const { type: match = 'and' } = node.attributes;
  if ((match !== 'and' && match !== 'or') || !only(node, ['type']) || !isBlank(node)) return undefined;
  // An empty group holds always; left out among `or` it would change what the others mean.
  if (node.children.length === 0) return isOutermost ? emptyGroup : undefined;
  const parts: ConditionPart[] = [];
  for (const child of node.children) {
    const part =
      child.name === 'filter' ? readGroup(child, false) : child.name === 'condition' ? readRow(child) : undefined;
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return { kind: 'group', match, parts };
}

function readRow(node: XmlNode): ConditionRow | undefined {
  const { attribute: column, operator: name, value, uiname, uitype } = node.attributes;
  if (column === undefined || name === undefined || !isBlank(node)) return undefined;
  if (!only(node, ['attribute', 'operator', 'value', 'uiname', 'uitype'])) return undefined;
  if (node.children.some((child) => child.name !== 'value' || !only(child, []) || child.children.length > 0))
    return undefined;
  const inside = node.children.map(({ text }) => text);
  const values = value === undefined ? inside : [value, ...inside];
  // The two stand for patterns; as operators of FetchXML they are something else.
  if (name === 'contains' || name === 'not-contains') return undefined;
  if (operatorNamed(name)?.takes === 'none' && values.length > 0) return undefined;
  if (!takesSoMany(name, values.length)) return undefined;
  const noted = { ...(uiname === undefined ? {} : { uiname }), ...(uitype === undefined ? {} : { uitype }) };
  const searched = name === 'like' || name === 'not-like' ? textWithin(values[0] ?? '') : undefined;
  if (searched === undefined) return { kind: 'row', column, operator: name, values, ...noted };
  return { kind: 'row', column, operator: name === 'like' ? 'contains' : 'not-contains', values: [searched], ...noted };
}

/** The FetchXML of conditions on a table. */
export function writeFetch(query: FetchQuery): string {
  const { group, fetchAttributes, entityAttributes, besides } = query;
  const filled = withoutEmpty(group);
  const entity: XmlNode = {
    name: 'entity',
    attributes: { ...entityAttributes, name: query.table },
    children: [...besides, ...(filled.parts.length === 0 ? [] : [groupNode(filled)])],
    text: '',
  };
  return writeXml({ name: 'fetch', attributes: fetchAttributes, children: [entity], text: '' });
}

/** A query of a table without conditions. */
export function fetchOf(table: string): FetchQuery {
  return { table, group: emptyGroup, fetchAttributes: {}, entityAttributes: {}, besides: [] };
}

function groupNode({ match, parts }: ConditionGroup): XmlNode {
  const children = parts.map((part) => (part.kind === 'group' ? groupNode(part) : rowNode(part)));
  return { name: 'filter', attributes: match === 'or' ? { type: 'or' } : {}, children, text: '' };
}

function rowNode({ column, operator, values, uiname, uitype }: ConditionRow): XmlNode {
  const isSearch = operator === 'contains' || operator === 'not-contains';
  const written = isSearch ? values.map(patternAround) : values;
  const isList = operatorNamed(operator)?.takes === 'many';
  return {
    name: 'condition',
    attributes: {
      attribute: column,
      operator: operator === 'contains' ? 'like' : operator === 'not-contains' ? 'not-like' : operator,
      ...(isList || written[0] === undefined ? {} : { value: written[0] }),
      ...(uiname === undefined ? {} : { uiname }),
      ...(uitype === undefined ? {} : { uitype }),
    },
    children: isList ? written.map((text) => ({ name: 'value', attributes: {}, children: [], text })) : [],
    text: '',
  };
}
