import type { ActMarks, ActStamp } from '../../../contracts/act-item.ts';
import { type ExtendedName, extendedPath, extendedText } from '../soap/extended-property.ts';
import { childOf, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** Property set of all that Mailroom leaves in a mailbox. */
export const mailroomSet = '6f1c7b0e-33f4-4be2-9d43-2c6f5a0f9e71';

const named = (name: string): ExtendedName => ({ set: mailroomSet, name });

/** The record's id on its item (AC-21). */
export const recordProperty = named('MailroomRecord');
const organizationProperty = named('MailroomOrganization');
const tableProperty = named('MailroomTable');
const regardingProperty = named('MailroomRegarding');
/** `1` tracked, `0` untracked by hand; what an app sets for its user (AC-04, AC-14). */
export const trackedProperty = named('MailroomTracked');

/** Paths that a listing asks for. */
export const stampPaths: readonly string[] = [
  element('t:FieldURI', { FieldURI: 'item:Categories' }),
  ...[recordProperty, organizationProperty, tableProperty, regardingProperty, trackedProperty].map(extendedPath),
];

/** Paths of what a stamp consists of, made once: they go out with every item. */
const pathOf = {
  recordId: extendedPath(recordProperty),
  organizationId: extendedPath(organizationProperty),
  table: extendedPath(tableProperty),
  regardingName: extendedPath(regardingProperty),
} as const;

/** Properties of a stamp by path, to be set on an item. */
export function stampProperties(stamp: ActStamp): readonly { readonly path: string; readonly value: string }[] {
  const parts = ['organizationId', 'table', 'recordId', 'regardingName'] as const;
  return parts.flatMap((part) => {
    const text = stamp[part];
    if (text === undefined) return [];
    const path = pathOf[part];
    return [{ path, value: element('t:ExtendedProperty', {}, path, textElement('t:Value', text)) }];
  });
}

/** What an item carries of ours. */
export function readStamp(node: XmlNode): ActStamp | undefined {
  const recordId = extendedText(node, recordProperty);
  const organizationId = extendedText(node, organizationProperty);
  const table = extendedText(node, tableProperty);
  if (!recordId || !organizationId || !table) return undefined;
  const regardingName = extendedText(node, regardingProperty);
  return { recordId, organizationId, table, ...(regardingName ? { regardingName } : {}) };
}

/** Whether its owner wants the item tracked; `marking` is absent where nothing is marked by category. */
export function readMarks(node: XmlNode, marking: ActMarking | undefined): ActMarks {
  const said = extendedText(node, trackedProperty);
  const categories = childOf(node, 'Categories')?.children.map(({ text }) => text) ?? [];
  return { byApp: said ? said === '1' : undefined, byCategory: marking && isMarked(categories, marking) };
}

/** The names under which the tracking category is known: what it is called now first, which is put on items (CT-05, CT-06). */
export interface ActMarking {
  readonly names: readonly string[];
}

/** True when one of an item's categories is the tracking category. */
export function isMarked(categories: readonly string[], { names }: ActMarking): boolean {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return categories.some((name) => known.has(name.toLowerCase()));
}
