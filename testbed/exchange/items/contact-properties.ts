import { el, type XmlNode } from '../xml/xml-node.ts';
import { stored } from './item-properties.ts';
import type { PropertyReader } from './item-view.ts';

/** Properties of contacts and distribution lists that are not simply what a client set. */
export const contactProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  CompleteName: (item, view) => {
    const text = (name: string): string | undefined => stored(item, view, name)?.text;
    const parts: readonly (readonly [string, string])[] = [
      ['FirstName', 'GivenName'],
      ['MiddleName', 'MiddleName'],
      ['LastName', 'Surname'],
      ['Suffix', 'Generation'],
      ['Initials', 'Initials'],
      ['FullName', 'DisplayName'],
      ['Nickname', 'Nickname'],
    ];
    const found = parts.flatMap(([name, from]) => {
      const value = text(from);
      return value === undefined || value === '' ? [] : [el(name, value)];
    });
    return found.length === 0 ? undefined : el('CompleteName', found);
  },
  FileAs: (item, view) => {
    const shown = stored(item, view, 'FileAs') ?? stored(item, view, 'DisplayName');
    return shown && el('FileAs', shown.text);
  },
  Subject: (item, view) => {
    const shown = item.subject || stored(item, view, 'DisplayName')?.text || '';
    return shown === '' ? undefined : el('Subject', shown);
  },
  HasPicture: () => el('HasPicture', false),
  ContactSource: () => el('ContactSource', 'Store'),
};
