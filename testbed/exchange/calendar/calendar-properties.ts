import { stored } from '../items/item-properties.ts';
import type { PropertyReader } from '../items/item-view.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';

/** Properties of calendar items that are not simply what a client set. */
export const calendarProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  CalendarItemType: (item, view) =>
    el('CalendarItemType', stored(item, view, 'Recurrence') === undefined ? 'Single' : 'RecurringMaster'),
  IsRecurring: (item, view) => el('IsRecurring', stored(item, view, 'Recurrence') !== undefined),
};
