import { findTable, type TableName } from '../../tables/catalog.ts';
import { isReadable } from '../row-codec.ts';
import { type ColumnLayout, layoutOf } from '../table-layout.ts';
import type { ConditionContext } from './condition-context.ts';
import { badXml, type XmlElement } from './xml-tree.ts';

/** Most link-entities and most conditions of one fetch, as in Dataverse. */
const limits = { links: 15, conditions: 500 } as const;

/** What is known of a FetchXML document while it is read: joined tables by alias, and how much of its limits is spent. */
export class FetchScope {
  readonly context: ConditionContext;
  readonly #tables = new Map<string, TableName>();
  readonly #aliases = new Map<XmlElement, string>();
  #conditions = 0;

  constructor(entity: XmlElement, context: ConditionContext) {
    this.context = context;
    this.#register(entity, tableOf(entity));
  }

  /** The alias of an entity or joined link-entity. */
  aliasOf(element: XmlElement): string {
    return this.#aliases.get(element) ?? '';
  }

  /** The table joined under an alias. Throws 80040203 for one that is not there. */
  tableNamed(alias: string, element: XmlElement): TableName {
    const table = this.#tables.get(alias);
    if (table !== undefined) return table;
    throw badXml(
      `<${element.name}> at ${element.position} names '${alias.slice(0, 60)}', which is no joined table's alias.`,
    );
  }

  countCondition(): void {
    this.#conditions += 1;
    if (this.#conditions > limits.conditions) {
      throw badXml(`The FetchXML has more than ${limits.conditions} conditions.`);
    }
  }

  #register(element: XmlElement, alias: string): void {
    if (this.#tables.has(alias)) {
      throw badXml(`The alias '${alias.slice(0, 60)}' at ${element.position} is given twice.`);
    }
    if (this.#tables.size > limits.links) throw badXml(`The FetchXML has more than ${limits.links} link-entities.`);
    this.#tables.set(alias, tableOf(element));
    this.#aliases.set(element, alias);
    for (const child of element.children) {
      if (child.name !== 'link-entity') continue;
      this.#register(child, child.attributes.alias ?? this.#freeAlias(tableOf(child)));
    }
  }

  #freeAlias(table: string): string {
    for (let number = 1; ; number += 1) {
      if (!this.#tables.has(`${table}${number}`)) return `${table}${number}`;
    }
  }
}

/** The table an element names. Throws 80040203 where it names none. */
export function tableOf(element: XmlElement): TableName {
  const name = required(element, 'name');
  if (findTable(name) === undefined) {
    throw badXml(
      `<${element.name}> at ${element.position} names the table '${name.slice(0, 60)}', which does not exist.`,
    );
  }
  return name as TableName;
}

/** An attribute that must be there and not empty. Throws 80040203. */
export function required(element: XmlElement, name: string): string {
  const value = element.attributes[name];
  if (value !== undefined && value !== '') return value;
  throw badXml(`<${element.name}> at ${element.position} needs the attribute '${name}'.`);
}

/** A column that callers may read. Throws 80040203 naming the place. */
export function readableColumn(table: TableName, name: string, element: XmlElement): ColumnLayout {
  const column = layoutOf(table).columns.get(name);
  if (column !== undefined && isReadable(column)) return column;
  const hint = column?.storage.kind === 'parties' ? ' Party lists are asked over a link to activityparty.' : '';
  const place = `<${element.name}> at ${element.position}`;
  throw badXml(`'${table}' entity doesn't contain attribute with Name = '${name.slice(0, 60)}' (${place}).${hint}`);
}

/** Refuses children and attributes that an element does not have. */
export function checkShape(element: XmlElement, attributes: readonly string[], children: readonly string[]): void {
  for (const name of Object.keys(element.attributes)) {
    if (!attributes.includes(name)) {
      throw badXml(`<${element.name}> at ${element.position} has no attribute '${name.slice(0, 60)}'.`);
    }
  }
  for (const child of element.children) {
    if (!children.includes(child.name)) {
      throw badXml(`<${child.name.slice(0, 60)}> at ${child.position} does not belong into <${element.name}>.`);
    }
  }
}

/** An attribute that is true or false (`1`, `0` too). Throws 80040203. */
export function flag(element: XmlElement, name: string): boolean {
  const value = (element.attributes[name] ?? 'false').toLowerCase();
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw badXml(`The attribute '${name}' of <${element.name}> at ${element.position} must be true or false.`);
}

/** An attribute that is a whole number from `min` to `max`; undefined when absent. Throws 80040203. */
export function whole(element: XmlElement, name: string, min: number, max: number): number | undefined {
  const value = element.attributes[name];
  if (value === undefined) return undefined;
  if (/^\d{1,10}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw badXml(
    `The attribute '${name}' of <${element.name}> at ${element.position} must be a whole number from ${min} to ${max}.`,
  );
}
