import { decodeBytes } from './decode-words.ts';
import { type MimePart, readMime } from './read-mime.ts';

/** The iCalendar object that bytes are, or that a message about a meeting carries; a calendar file attached to a message does not count. */
export function calendarText(raw: Buffer): string | undefined {
  if (/^\s*BEGIN:VCALENDAR/i.test(raw.toString('latin1', 0, 100))) return decodeBytes(raw, 'utf-8');
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
