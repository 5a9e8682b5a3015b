import type { FieldBag } from '../../../contracts/act-fields.ts';
import type { ActItem, ActItemRef, ActKind } from '../../../contracts/act-item.ts';
import type { ActNotify } from '../../../contracts/act-port.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import type { XmlNode } from '../soap/xml-node.ts';

/** What a codec says about an item; identity, stamp and marks are read by the port. */
export type ReadItem = Pick<
  ActItem,
  'kind' | 'fields' | 'title' | 'meetingId' | 'isOrganizer' | 'myResponse' | 'refusal'
>;

/** One change of an item: a property's path as XML, and the item element that holds its new value (undefined deletes the property). */
export interface PropertyChange {
  /** `<t:FieldURI .../>`, `<t:IndexedFieldURI .../>` or `<t:ExtendedFieldURI .../>`. */
  readonly path: string;
  /** Content of the item element, `<t:Subject>..</t:Subject>`. */
  readonly value: string | undefined;
}

/** Translates one element of Exchange (`Contact`, `Task`, `CalendarItem`) to fields and back. Pure but for `expand` and `finish`. */
export interface ItemCodec {
  /** Element name in requests and answers. */
  readonly element: 'Contact' | 'Task' | 'CalendarItem';
  /** Item class prefix that it reads; others are no business of it (distribution lists, CC-12). */
  readonly itemClass: string;
  /** Paths asked for beside the id, the class, categories, the change date and our stamp. */
  readonly paths: readonly string[];
  read(node: XmlNode): ReadItem;
  /**
   * Properties of a new item in the order that the schema wants after the base properties: `before` those of t:Item that come before
   * ExtendedProperty (ItemClass, Subject, Sensitivity, Body, Categories, Importance, ReminderDueBy, ReminderIsSet ...), `after` the element's own.
   * `categories` is `<t:Categories>..</t:Categories>` or empty.
   */
  writeNew(
    kind: ActKind,
    fields: FieldBag,
    remindOn: Date | null,
    categories: string,
  ): { readonly before: string; readonly after: string };
  writeChanges(kind: ActKind, fields: FieldBag, remindOn: Date | null | undefined): readonly PropertyChange[];
  /** Reads what the element alone does not hold (changed occurrences of a series); returns the item with it. */
  expand?(client: EwsClient, item: ReadItem, node: XmlNode, signal: AbortSignal): Promise<ReadItem>;
  /** Writes what cannot go with the item itself (changed and deleted occurrences), after it; a repeat must be harmless. Returns the item's new version. */
  finish?(
    client: EwsClient,
    item: ActItemRef,
    fields: FieldBag,
    notify: ActNotify,
    signal: AbortSignal,
  ): Promise<ActItemRef>;
}
