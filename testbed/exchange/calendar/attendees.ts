import { addressOf, type MailAddress } from '../mime/mail-addresses.ts';
import type { ItemContent } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';

const lists = ['RequiredAttendees', 'OptionalAttendees', 'Resources'] as const;

/** Everyone a meeting is for. */
export function attendeesOf({ properties }: ItemContent): MailAddress[] {
  return lists.flatMap((name) =>
    (properties.get(name)?.children ?? []).flatMap((one) => addressOf(child(one, 'Mailbox')) ?? []),
  );
}

/** Notes what an attendee answered; false when nobody of that address is invited. */
export function setResponse(content: ItemContent, address: string, response: string, at: string): boolean {
  let isFound = false;
  for (const name of lists) {
    const list = content.properties.get(name);
    if (list === undefined) continue;
    const children = list.children.map((one): XmlNode => {
      const mailbox = child(one, 'Mailbox');
      if (mailbox === undefined || addressOf(mailbox)?.address.toLowerCase() !== address.toLowerCase()) return one;
      isFound = true;
      return el('Attendee', [mailbox, el('ResponseType', response), el('LastResponseTime', at)]);
    });
    content.properties.set(name, { ...list, children });
  }
  return isFound;
}
