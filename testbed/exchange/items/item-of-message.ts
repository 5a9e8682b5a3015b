import { readHeaders, readParameters } from '../mime/read-headers.ts';
import type { NewItem } from '../store/mailbox.ts';
import { bareItem } from './item-content.ts';

/** How a message comes into a mailbox. */
export interface Arrival {
  /** Dates in ms. */
  readonly now: number;
  readonly received?: number;
  readonly isRead?: boolean;
}

/** An item that holds a message as it came; its content is read when it is first asked for. */
export function itemOfMessage(mime: Buffer | (() => Buffer), arrival: Arrival): NewItem {
  const raw = typeof mime === 'function' ? mime() : mime;
  const headers = readHeaders(raw);
  const sent = Date.parse(headers.raw('Date') ?? '');
  const received = arrival.received ?? arrival.now;
  return {
    ...bareItem('Message', arrival.now),
    itemClass: messageClass(headers.raw('Content-Type')),
    received,
    sent: Number.isNaN(sent) ? received : sent,
    isRead: arrival.isRead ?? false,
    messageId: headers.raw('Message-ID')?.trim() ?? '',
    subject: headers.text('Subject') ?? '',
    size: raw.length,
    mime,
  };
}

/** The class a server gives a message by its kind (MS-OXCMAIL 2.2.3). */
function messageClass(contentType: string | undefined): string {
  const { value, parameters } = readParameters(contentType);
  if (value === 'multipart/signed') return 'IPM.Note.SMIME.MultipartSigned';
  if (value === 'application/pkcs7-mime' || value === 'application/x-pkcs7-mime') return 'IPM.Note.SMIME';
  if (value !== 'multipart/report') return 'IPM.Note';
  const report = parameters.get('report-type')?.toLowerCase();
  return report === 'disposition-notification' ? 'REPORT.IPM.Note.IPNRN' : 'REPORT.IPM.Note.NDR';
}
