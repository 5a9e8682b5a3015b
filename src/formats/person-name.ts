import type { MailAddress } from '../contracts/mail-message.ts';
import { cutText } from './cut-text.ts';

/** Longest first or last name, UTF-16 code units. */
const longest = 50;

/** First and last name out of what a mail program shows of a person: `First Last`, `Last, First`, or the address where there is no name. The last name is never empty unless the address is. */
export function personName({ name, address }: MailAddress): { readonly firstname: string; readonly lastname: string } {
  const shown = name
    .replace(/\s*[([].*?[)\]]\s*/g, ' ')
    .replace(/["']/g, '')
    .trim();
  const [before = '', after] = shown.split(/\s*,\s*/, 2);
  if (shown === '' || shown.includes('@')) return { firstname: '', lastname: cutText(localPart(address), longest) };
  if (after !== undefined && after !== '')
    return { firstname: cutText(after, longest), lastname: cutText(before, longest) };
  const words = before.split(/\s+/);
  return {
    firstname: cutText(words.slice(0, -1).join(' '), longest),
    lastname: cutText(words.at(-1) ?? '', longest),
  };
}

const localPart = (address: string): string => address.slice(0, Math.max(address.lastIndexOf('@'), 0)) || address;
