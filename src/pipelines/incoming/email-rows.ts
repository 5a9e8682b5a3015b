import type { MailMessage } from '../../contracts/mail-message.ts';
import { conversationBaseHash } from '../../formats/conversation-index.ts';
import { cutText } from '../../formats/cut-text.ts';
import { sanitizeHtml } from '../../formats/sanitize-html.ts';
import { textToHtml } from '../../formats/text-to-html.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { AutomaticKindChoice, EmailNotification, EmailState, EmailStatus, PartyMask } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import type { AddressMatch } from '../parties.ts';
import { type DecidedMail, regardingOf } from './decide-group.ts';
import type { Judging } from './incoming-turn.ts';
import { fileSize, type KeptAttachments } from './keep-attachments.ts';
import { keptHeaders } from './kept-headers.ts';
import { linkOf } from './link-columns.ts';

/** Longest body in characters (AT-05). */
const longestBody = 1_073_741_823;

/** Tables whose rows can be parties of an email; others stay unresolved. */
const partyTables = new Set(['account', 'contact', 'lead', 'queue', 'systemuser']);

/** Tables that `emailsender` takes. */
const senderTables = new Set(['account', 'contact', 'queue', 'systemuser']);

const priorities = { low: 0, normal: 1, high: 2 } as const;

/** The `email` row of an accepted message (IN-40 to IN-43, IN-45, IN-49). */
export function emailRow(
  turn: Judging,
  decided: DecidedMail,
  attachments: KeptAttachments,
  rawBlob: string | null,
): RecordOf<'email'> {
  const { mail, identity } = decided.identified;
  const { message } = mail;
  const body = keptBody(message);
  const { isOutgoing } = decided.identified;
  const own: RecordOf<'email'> = {
    activityid: decided.emailId ?? null,
    mr_identity: identity,
    mr_rawblob: rawBlob,
    description: body.html,
    mimetype: 'text/html',
    attachmentcount: attachments.kept.length,
    notifications: body.isCut
      ? EmailNotification.bodyTruncated
      : attachments.dropped.length > 0
        ? EmailNotification.attachmentsDropped
        : EmailNotification.none,
    directioncode: isOutgoing,
    statecode: EmailState.completed,
    statuscode: isOutgoing ? EmailStatus.sent : EmailStatus.received,
    ownerid: decided.owner ?? null,
    receivingmailboxid: turn.mailboxid === undefined || isOutgoing ? null : { table: 'mailbox', id: turn.mailboxid },
    acceptingentityid: turn.byHand?.user ?? decided.verdict?.acceptedBy?.reference ?? null,
    actualend: mail.receivedOn,
    prioritycode: priorities[message.importance],
    mr_automatickind: mail.automatic === undefined ? null : AutomaticKindChoice[mail.automatic.kind],
    isworkflowcreated: false,
  };
  // Not by spreading: an object literal of that many columns spread together takes V8 ten times as long.
  return Object.assign(headerColumns(decided), linkColumns(decided), own);
}

/** The body as HTML that is safe to show, at most `longest` characters (AT-05, AT-08, IN-40). */
export function keptBody(
  message: Pick<MailMessage, 'html' | 'text'>,
  longest = longestBody,
): { readonly html: string; readonly isCut: boolean } {
  const html = message.html === '' ? textToHtml(message.text) : sanitizeHtml(message.html);
  return html.length > longest ? { html: cutText(html, longest), isCut: true } : { html, isCut: false };
}

function headerColumns(decided: DecidedMail): RecordOf<'email'> {
  const { mail } = decided.identified;
  const { message } = mail;
  const { sender } = decided.people;
  const isSenderKept = sender.match !== undefined && senderTables.has(sender.match.table);
  const recipients = [...new Set(mail.recipients.map((recipient) => recipient.written.address))].join(';');
  return {
    subject: cutText(message.subject, 800),
    messageid: cutText(message.messageId, 320),
    inreplyto: cutText(message.inReplyTo, 320) || null,
    mr_references: newestThatFit(message.references),
    sender: cutText(mail.sender?.address ?? '', 250),
    torecipients: cutText(recipients, 500),
    submittedby: cutText(message.sender[0]?.address || mail.sender?.address || '', 250),
    senton: message.date ?? null,
    conversationindex: message.conversationIndex.length > 2048 ? null : message.conversationIndex || null,
    baseconversationindexhash: conversationBaseHash(message.conversationIndex) ?? null,
    internetmessageheaders: keptHeaders(message, 500),
    emailsender: isSenderKept ? referenceOf(sender.match) : null,
    sendersaccount: sender.match?.table === 'account' ? referenceOf(sender.match) : null,
    isduplicatesenderunresolved: sender.isDuplicate,
  };
}

function linkColumns(decided: DecidedMail): RecordOf<'email'> {
  const { parent } = decided.correlation;
  return {
    ...linkOf(decided.correlation),
    regardingobjectid: regardingOf(decided),
    conversationtrackingid: parent?.conversationTrackingId ?? parent?.id ?? decided.emailId ?? null,
    trackingtoken: parent?.trackingToken || null,
  };
}

/** Parties of an email: the sender, and each recipient once for every record that has the address (IN-41, AD-10 to AD-12). */
export function partyRows(decided: DecidedMail): RecordOf<'activityparty'>[] {
  const { mail } = decided.identified;
  const rows: RecordOf<'activityparty'>[] = [];
  const add = (mask: number, written: { name: string; address: string }, matches: readonly AddressMatch[]): void => {
    const usable = matches.filter(({ table }) => partyTables.has(table));
    const common: RecordOf<'activityparty'> = {
      activityid: { table: 'email', id: decided.emailId ?? '' },
      participationtypemask: mask,
      addressused: cutText(written.address, 320),
      ispartydeleted: false,
    };
    if (usable.length === 0) rows.push({ ...common, unresolvedpartyname: cutText(written.name, 200) || null });
    for (const match of usable) {
      rows.push({ ...common, partyid: referenceOf(match), addressusedemailcolumnnumber: match.columnNumber });
    }
  };
  const { match } = decided.people.sender;
  if (mail.sender !== undefined) add(PartyMask.from, mail.sender, match === undefined ? [] : [match]);
  for (const { recipient, matches } of decided.people.recipients) add(recipient.mask, recipient.written, matches);
  return rows;
}

/** Attachment rows of an email; `blobs` are the keys of the kept bodies in order (AT-04, AT-06). */
export function attachmentRows(
  decided: DecidedMail,
  attachments: KeptAttachments,
  blobs: readonly string[],
): RecordOf<'activitymimeattachment'>[] {
  return attachments.kept.map((attachment, index) => ({
    objectid: { table: 'email', id: decided.emailId ?? '' },
    attachmentnumber: index + 1,
    filename: cutText(attachment.fileName, 255),
    mimetype: cutText(attachment.contentType, 256),
    attachmentcontentid: cutText(attachment.contentId, 250) || null,
    filesize: fileSize(attachment),
    subject: cutText(attachment.fileName, 255),
    mr_blob: blobs[index] ?? null,
  }));
}

/** As kept in `mr_references`: bracketed ids, oldest first, the newest that fit. */
function newestThatFit(references: readonly string[]): string | null {
  let text = '';
  for (const id of [...references].reverse()) {
    const longer = text === '' ? `<${id}>` : `<${id}> ${text}`;
    if (longer.length > 32_768) break;
    text = longer;
  }
  return text === '' ? null : text;
}

const referenceOf = (match: AddressMatch | undefined): EntityReference | null =>
  match === undefined ? null : { table: match.table, id: match.id };
