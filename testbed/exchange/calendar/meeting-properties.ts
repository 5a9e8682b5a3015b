import { stored } from '../items/item-properties.ts';
import type { PropertyReader } from '../items/item-view.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';

/** Properties of meeting messages that are not what the message about the meeting brought. */
export const meetingProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  CalendarItemType: (item, view) => {
    if (stored(item, view, 'RecurrenceId') !== undefined) return el('CalendarItemType', 'Occurrence');
    return el('CalendarItemType', stored(item, view, 'Recurrence') === undefined ? 'Single' : 'RecurringMaster');
  },
  IsMeeting: () => el('IsMeeting', true),
  IsOrganizer: () => el('IsOrganizer', false),
  MyResponseType: (item, view) => stored(item, view, 'MyResponseType') ?? el('MyResponseType', 'NoResponseReceived'),
};
