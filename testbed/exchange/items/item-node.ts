import { calendarProperties } from '../calendar/calendar-properties.ts';
import { meetingProperties } from '../calendar/meeting-properties.ts';
import type { Item } from '../store/item.ts';
import { child, childText, el, type XmlNode } from '../xml/xml-node.ts';
import { contactProperties } from './contact-properties.ts';
import { extendedNode } from './extended-properties.ts';
import { type FieldPath, readFieldPath } from './field-path.ts';
import { itemProperties, stored } from './item-properties.ts';
import type { ItemView, PropertyReader } from './item-view.ts';
import { messageProperties } from './message-properties.ts';
import { notInLists, shapeProperties } from './shapes.ts';
import { taskProperties } from './task-properties.ts';

/** What a request wants to see of items. */
export interface ItemShape {
  readonly base: string;
  readonly includeMime: boolean;
  readonly bodyType: 'Best' | 'HTML' | 'Text';
  readonly additional: readonly FieldPath[];
}

/** Reads element `ItemShape`, `ResponseShape` or `AttachmentShape`; all but the id when it is absent. */
export function readItemShape(node: XmlNode | undefined): ItemShape {
  const bodyType = childText(node, 'BodyType');
  return {
    base: childText(node, 'BaseShape') ?? 'AllProperties',
    includeMime: /^(true|1)$/.test(childText(node, 'IncludeMimeContent') ?? ''),
    bodyType: bodyType === 'Text' || bodyType === 'HTML' ? bodyType : 'Best',
    additional: (child(node, 'AdditionalProperties')?.children ?? []).map(readFieldPath),
  };
}

/** True when the shape asks for the item's message. */
export function wantsMime(shape: ItemShape): boolean {
  return shape.includeMime || shape.additional.some((one) => one.kind === 'plain' && one.name === 'MimeContent');
}

/** The item as an element with the properties of the shape; `inList` leaves out what lists never carry. */
export function itemNode(item: Item, shape: ItemShape, view: ItemView, inList = false): XmlNode {
  const names = new Set<string>(shapeProperties(item.kind, shape.base));
  if (shape.includeMime) names.add('MimeContent');
  const extra: XmlNode[] = [];
  const indexed = new Map<string, XmlNode[]>();
  for (const path of shape.additional) {
    if (path.kind === 'plain') names.add(path.name);
    else if (path.kind === 'extended') push(extra, extendedNode(item, path.uri, view));
    else push(entry(indexed, path.list), indexedEntry(item, path, view));
  }
  const nodes: XmlNode[] = [];
  for (const name of names) {
    if (inList && notInLists.has(name)) continue;
    push(nodes, propertyNode(item, name, view));
  }
  for (const [list, entries] of indexed) if (!names.has(list) && entries.length > 0) nodes.push(el(list, entries));
  return el(item.kind, [...nodes, ...extra]);
}

const readers: Readonly<Record<string, Readonly<Record<string, PropertyReader<XmlNode>>>>> = {
  Message: messageProperties,
  PostItem: messageProperties,
  MeetingMessage: { ...messageProperties, ...meetingProperties },
  MeetingRequest: { ...messageProperties, ...calendarProperties, ...meetingProperties },
  MeetingResponse: { ...messageProperties, ...meetingProperties },
  MeetingCancellation: { ...messageProperties, ...meetingProperties },
  CalendarItem: calendarProperties,
  Contact: contactProperties,
  DistributionList: contactProperties,
  Task: taskProperties,
};

/** One property of an item as an element named after it; undefined when the item has none. */
export function propertyNode(item: Item, name: string, view: ItemView): XmlNode | undefined {
  const reader = readers[item.kind]?.[name] ?? itemProperties[name];
  return reader === undefined ? stored(item, view, name) : reader(item, view);
}

/** One entry of a list property, as restrictions and shapes name it. */
export function indexedEntry(
  item: Item,
  path: Extract<FieldPath, { kind: 'indexed' }>,
  view: ItemView,
): XmlNode | undefined {
  const list = propertyNode(item, path.list, view);
  return list?.children.find(({ attributes }) => (attributes.Key ?? attributes.HeaderName) === path.index);
}

function push(list: XmlNode[], node: XmlNode | undefined): void {
  if (node !== undefined) list.push(node);
}

function entry(map: Map<string, XmlNode[]>, key: string): XmlNode[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
