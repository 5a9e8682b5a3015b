import { randomUUID } from 'node:crypto';
import { findBody, readHeaders } from '../mime/read-headers.ts';

/** A report that a message could not be delivered to some addresses (RFC 3464). */
export function bounce(raw: Buffer, sender: string, failed: readonly string[], now: number): Buffer {
  const boundary = randomUUID();
  const headers = readHeaders(raw);
  const domain = sender.split('@')[1] ?? 'localhost';
  const perRecipient = failed.map(
    (address) =>
      `Final-recipient: rfc822;${address}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\r\n`,
  );
  return Buffer.from(
    [
      `From: "Microsoft Outlook" <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@${domain}>`,
      `To: ${sender}`,
      `Subject: Undeliverable: ${headers.raw('Subject') ?? ''}`,
      `Date: ${new Date(now).toUTCString()}`,
      `Message-ID: <${randomUUID()}@${domain}>`,
      ...(headers.raw('Message-ID') === undefined ? [] : [`In-Reply-To: ${headers.raw('Message-ID')}`]),
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Delivery has failed to these recipients:\r\n\r\n${failed.join('\r\n')}\r\n`,
      `--${boundary}`,
      'Content-Type: message/delivery-status',
      '',
      `Reporting-MTA: dns;${domain}\r\n`,
      ...perRecipient,
      `--${boundary}`,
      'Content-Type: text/rfc822-headers',
      '',
      raw.subarray(0, findBody(raw).end).toString('latin1'),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
    'latin1',
  );
}
