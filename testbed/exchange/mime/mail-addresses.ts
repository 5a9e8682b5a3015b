import addressparser from 'nodemailer/lib/addressparser';
import { el, type XmlNode } from '../xml/xml-node.ts';
import { decodeWords } from './decode-words.ts';

/** A name and an address. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** The addresses of a header value, members of groups included. */
export function readAddresses(value: string | undefined): MailAddress[] {
  if (value === undefined || value === '') return [];
  return addressparser(value, { flatten: true })
    .filter(({ address }) => address !== '')
    .map(({ name, address }) => ({ name: decodeWords(name), address }));
}

/** Element `Mailbox` (or of another name) as Exchange writes it. */
export function mailboxNode({ name, address }: MailAddress, element = 'Mailbox'): XmlNode {
  return el(element, [
    el('Name', name === '' ? address : name),
    el('EmailAddress', address),
    el('RoutingType', 'SMTP'),
    el('MailboxType', 'Mailbox'),
  ]);
}

/** What an element `Mailbox` says; undefined without an address. */
export function addressOf(mailbox: XmlNode | undefined): MailAddress | undefined {
  const address = mailbox?.children.find(({ name }) => name === 'EmailAddress')?.text ?? '';
  const name = mailbox?.children.find((one) => one.name === 'Name')?.text ?? '';
  if (address !== '') return { name: name === address ? '' : name, address };
  return /^[^@\s]+@[^@\s]+$/.test(name) ? { name: '', address: name } : undefined;
}

/** The addresses of a list of mailboxes such as `ToRecipients`. */
export function addressesOf(list: XmlNode | undefined): MailAddress[] {
  return (list?.children ?? []).flatMap((one) => {
    const found = addressOf(one);
    return found === undefined ? [] : [found];
  });
}
