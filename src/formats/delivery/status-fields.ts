import { readHeaderBlock, readRawValue } from '../mime/header-block.ts';

/** What a delivery status says of one recipient (RFC 3464 2.3). */
export interface StatusRecipient {
  /** Original-Recipient, else Final-Recipient, without its type; empty when neither is given. */
  readonly address: string;
  /** Every address that the report names for it. */
  readonly addresses: readonly string[];
  /** Lower case: `failed`, `delayed`, `delivered`, `relayed`, `expanded`; empty when missing. */
  readonly action: string;
  readonly status: string;
  readonly diagnostic: string;
}

/** The fields of a delivery status: of the message, then of each recipient. */
export interface StatusFields {
  readonly originalEnvelopeId: string;
  readonly recipients: readonly StatusRecipient[];
}

const MAX_RECIPIENTS = 1000;

/** A value such as `rfc822;name@example.com` without its type. */
const untyped = (value: string): string =>
  value
    .replace(/^[^;@<]*;/, '')
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .trim();

function recipientOf(fields: ReadonlyMap<string, string>): StatusRecipient | undefined {
  const named = ['original-recipient', 'final-recipient', 'x-actual-recipient']
    .map((name) => untyped(fields.get(name) ?? ''))
    .filter((address) => address.includes('@'));
  const action = (/^[a-z]+/i.exec(fields.get('action') ?? '')?.[0] ?? '').toLowerCase();
  const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '';
  const diagnostic = untyped(fields.get('diagnostic-code') ?? '');
  if (named.length === 0 && action === '' && status === '' && diagnostic === '') return undefined;
  return { address: named[0] ?? '', addresses: [...new Set(named)], action, status, diagnostic };
}

/** Reads the groups of fields of a `message/delivery-status` part, or of text that holds such fields (RFC 3464 2.1). */
export function readStatusFields(content: Buffer): StatusFields {
  const recipients: StatusRecipient[] = [];
  let originalEnvelopeId = '';
  let at = 0;
  while (at < content.length && recipients.length < MAX_RECIPIENTS) {
    const block = readHeaderBlock(content, at, content.length);
    const next = block.bodyStart > at ? block.bodyStart : content.indexOf(0x0a, at) + 1;
    at = next > at ? next : content.length;
    const fields = new Map<string, string>();
    for (const { name, value } of block.fields) if (!fields.has(name)) fields.set(name, readRawValue(value));
    originalEnvelopeId ||= fields.get('original-envelope-id') ?? '';
    const recipient = recipientOf(fields);
    if (recipient !== undefined) recipients.push(recipient);
  }
  return { originalEnvelopeId, recipients };
}
