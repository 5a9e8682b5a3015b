import { decodeBytes } from './decode-words.ts';
import { type MimePart, readMime } from './read-mime.ts';

/** The iCalendar object of a message that is about a meeting; a calendar file attached to a message does not count. */
export function calendarText(raw: Buffer): string | undefined {
  const part = calendarPart(readMime(raw));
  return part && decodeBytes(part.content, part.type.parameters.get('charset'));
}

function calendarPart(message: MimePart): MimePart | undefined {
  if (message.type.value === 'text/calendar' && message.disposition.value !== 'attachment') return message;
  for (const inner of message.parts) {
    const found = calendarPart(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
