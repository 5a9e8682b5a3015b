import { domainToASCII, domainToUnicode } from 'node:url';
import type { MailAddress } from '../contracts/mail-message.ts';
import { scanAddresses } from './mime/address-scanner.ts';
import { wireAddress } from './mime/header-writer.ts';

/** Addresses of a header value such as To, groups opened, names decoded (RFC 5322 3.4, RFC 2047, RFC 6532); never throws. */
export function parseAddressList(text: string): MailAddress[] {
  return scanAddresses(text);
}

function normaliseDomain(domain: string): string {
  if (!/xn--|[^ -~]/.test(domain)) return domain;
  const ascii = domainToASCII(domain);
  return ascii === '' ? domain : domainToUnicode(ascii);
}

/**
 * The bare address by which two spellings of one address are compared: no name, no brackets, no `mailto:` or `smtp:`, lower case,
 * Unicode form NFC, an IDN domain in Unicode. Empty when the text holds no address.
 */
export function normaliseAddress(text: string): string {
  const bare = text.trim().replace(/^(?:mailto|smtp):/i, '');
  const address = /[\s<>,;"()]/.test(bare) ? (scanAddresses(bare)[0]?.address ?? '') : bare;
  const lower = address
    .normalize('NFC')
    .toLowerCase()
    .replace(/^(?:mailto|smtp):/, '');
  const at = lower.lastIndexOf('@');
  if (at < 0) return lower;
  return `${lower.slice(0, at)}@${normaliseDomain(lower.slice(at + 1).replace(/\.$/, ''))}`;
}

/** The address as an SMTP envelope takes it: bare, its domain in ASCII (RFC 5890); the local part as written. */
export function envelopeAddress(address: string): string {
  return wireAddress(address);
}

const LOCAL_PART =
  /^(?:[^\s"(),.:;<>@[\\\]\p{Cc}]+(?:\.[^\s"(),.:;<>@[\\\]\p{Cc}]+)*|"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*")$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}_])?$/u;
const DOMAIN_LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|ipv6:[0-9a-f:.]+)\]$/i;

/** True when a text is one bare address that may stand in an SMTP envelope (RFC 5321 4.1.2 and 4.5.3.1, RFC 6531); it may be internationalised. */
export function isValidAddress(text: string): boolean {
  if (text.length > 320) return false;
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (at < 1 || Buffer.byteLength(local) > 64 || !LOCAL_PART.test(local)) return false;
  if (DOMAIN_LITERAL.test(domain)) return true;
  const ascii = /[^ -~]/.test(domain) ? domainToASCII(domain) : domain;
  if (ascii === '' || ascii.length > 253) return false;
  return (
    domain.split('.').every((label) => DOMAIN_LABEL.test(label)) &&
    ascii.split('.').every((label) => label.length <= 63)
  );
}

/** An address as a person reads it, `"Last, First" <a@b.example>` or bare (RFC 5322 3.4, nothing encoded); line ends and NUL become blanks. */
export function formatAddress(address: MailAddress): string {
  const bare = address.address.replace(/[\r\n\0<>]+/g, '').trim();
  const name = address.name.replace(/[\r\n\0]+/g, ' ').trim();
  if (name === '') return bare;
  const isPlain = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~ -]+$/u.test(name);
  const shown = isPlain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
  return bare === '' ? shown : `${shown} <${bare}>`;
}
