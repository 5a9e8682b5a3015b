import { base64Lines, type Charset, encodeBody, encodeWords, type TransferEncoding } from './encode.ts';
import { asHtml, prose, subjectLine } from './prose.ts';
import type { Random } from './random.ts';
import { type Language, names } from './words.ts';

/** Somebody who writes. */
export interface Sender {
  readonly givenName: string;
  readonly familyName: string;
  readonly address: string;
  readonly language: Language;
}

/** How a message is made, before it has bytes. */
export interface MessagePlan {
  /** From 1 on. */
  readonly number: number;
  readonly kind: 'plain' | 'alternative' | 'mixed';
  readonly language: Language;
  readonly charset: Charset;
  readonly encoding: TransferEncoding;
  readonly sender: Sender;
  readonly to: string;
  readonly cc: readonly string[];
  readonly messageId: string;
  /** Message ids of the conversation before, oldest first; empty for a new one. */
  readonly references: readonly string[];
  /** Subject token such as `CRM:0001042`; empty for none. */
  readonly token: string;
  readonly isAutomatic: boolean;
  readonly date: Date;
  /** Length of the text, characters. */
  readonly textLength: number;
  /** Size of the attachment, bytes; 0 for none. */
  readonly attachmentBytes: number;
}

/** The message's bytes with CRLF line ends. Draws its words from `random`. */
export function composeMessage(plan: MessagePlan, random: Random): Buffer {
  const text = prose(random, plan.language, plan.textLength);
  const boundary = `corpus-${plan.number}-${random.between(1_000_000, 9_999_999)}`;
  return Buffer.from(head(plan, random) + body(plan, text, boundary, random), 'latin1');
}

function head(plan: MessagePlan, random: Random): string {
  const { sender, charset, encoding } = plan;
  const [givenName, familyName] =
    charset === 'utf-8' ? [sender.givenName, sender.familyName] : (names.latin[0] ?? ['', '']);
  const parent = plan.references.at(-1);
  const words = `${parent === undefined ? '' : 'Re: '}${subjectLine(random, plan.language)}`;
  const subject = encodeWords(words, charset, encoding);
  const fields = [
    `Received: from mail.${domainOf(sender.address)} (mail.${domainOf(sender.address)} [192.0.2.${1 + (plan.number % 250)}])\r\n\tby mx.harbour.example with ESMTPS id ${plan.number.toString(36)}; ${dateText(plan.date)}`,
    `Date: ${dateText(plan.date)}`,
    `From: ${encodeWords(`${givenName} ${familyName}`, charset, encoding)} <${sender.address}>`,
    `To: <${plan.to}>`,
    ...(plan.cc.length > 0 ? [`Cc: ${plan.cc.map((address) => `<${address}>`).join(',\r\n ')}`] : []),
    `Subject: ${subject}${plan.token === '' ? '' : ` ${plan.token}`}`,
    `Message-ID: <${plan.messageId}>`,
    ...(parent === undefined
      ? []
      : [`In-Reply-To: <${parent}>`, `References: ${plan.references.map((id) => `<${id}>`).join('\r\n ')}`]),
    ...(plan.isAutomatic ? ['Auto-Submitted: auto-replied'] : []),
    'MIME-Version: 1.0',
  ];
  return fields.map((field) => `${field}\r\n`).join('');
}

function body(plan: MessagePlan, text: string, boundary: string, random: Random): string {
  const { charset, encoding } = plan;
  const leaf = (subtype: string, content: string): string =>
    `Content-Type: text/${subtype}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encodeBody(content, charset, encoding)}`;
  if (plan.kind === 'plain') return leaf('plain', text);
  const second =
    plan.kind === 'alternative'
      ? leaf('html', asHtml(text))
      : `Content-Type: application/pdf; name="document-${plan.number}.pdf"\r\nContent-Disposition: attachment; filename="document-${plan.number}.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(random.bytes(plan.attachmentBytes))}`;
  const parts = [leaf('plain', text), second].map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${plan.kind}; boundary="${boundary}"\r\n\r\n${parts}--${boundary}--\r\n`;
}

const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1);

const dateText = (date: Date): string => date.toUTCString().replace('GMT', '+0000');
