import { element, textElement } from './xml-writer.ts';

/** Versions of the schema that requests are written for; a server takes those up to its own. */
export type SchemaVersion = 'Exchange2010_SP2' | 'Exchange2013_SP1';

const namespaces = {
  'xmlns:s': 'http://schemas.xmlsoap.org/soap/envelope/',
  'xmlns:m': 'http://schemas.microsoft.com/exchange/services/2006/messages',
  'xmlns:t': 'http://schemas.microsoft.com/exchange/services/2006/types',
} as const;

/** What stands in the header of every request. */
export interface EnvelopeHeader {
  readonly version: SchemaVersion;
  /** SMTP address of the mailbox to act as (ExchangeImpersonation); absent for the account's own. */
  readonly impersonate?: string | undefined;
}

/** A SOAP 1.1 envelope around an operation's request element. */
export function envelope(header: EnvelopeHeader, request: string): string {
  const acting =
    header.impersonate !== undefined &&
    element(
      't:ExchangeImpersonation',
      {},
      element('t:ConnectingSID', {}, textElement('t:PrimarySmtpAddress', header.impersonate)),
    );
  return `<?xml version="1.0" encoding="utf-8"?>${element(
    's:Envelope',
    namespaces,
    element('s:Header', {}, element('t:RequestServerVersion', { Version: header.version }), acting),
    element('s:Body', {}, request),
  )}`;
}
