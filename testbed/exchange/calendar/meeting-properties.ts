import type { PropertyReader } from '../items/item-view.ts';
import type { XmlNode } from '../xml/xml-node.ts';

/** Properties of meeting messages that are not simply what the meeting says. */
export const meetingProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {};
