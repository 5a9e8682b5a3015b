import { MailroomError } from '../base/errors.ts';
import type { ActResponse } from '../contracts/act-item.ts';
import { LinkState, MeetingResponse } from '../pipelines/synchronization/link.ts';
import type { Database } from '../store/database.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActAnswer, ActDeliveryMethod, UserDecision } from '../tables/choices.ts';

type Mailbox = RecordOf<'mailbox'>;

/** What the operations need beside the mailbox. */
export interface ActOperationParts {
  readonly database: Pick<Database, 'records'>;
  readonly leases: Pick<MailboxLeases, 'schedule'>;
  readonly now: Date;
}

/** Answers the question of a mass change and brings the next cycle forward. Throws item `mr_Usage` for another answer or without a question. */
export async function answerQuestion(parts: ActOperationParts, mailbox: Mailbox, given: string): Promise<void> {
  const value = { 'go-ahead': ActAnswer.goAhead, keep: ActAnswer.keep }[given];
  if (value === undefined) throw usage(`"${given}" is no answer. Give "go-ahead" or "keep".`);
  if (!mailbox.mr_actquestion) throw usage(`Mailbox "${mailbox.name}" asks nothing.`);
  await parts.database.records.update('mailbox', mailbox.mailboxid ?? '', { mr_actanswer: value });
  await wake(parts, mailbox);
}

/** Says from when on records get items in Exchange, null for all, and lets the first synchronisation begin. What is linked stays. */
export async function startFrom(parts: ActOperationParts, mailbox: Mailbox, from: Date | null): Promise<void> {
  await parts.database.records.update('mailbox', mailbox.mailboxid ?? '', {
    mr_actstartdate: from ?? beginning,
    mr_actquestion: null,
    mr_actquestionaskedon: null,
  });
  await wake(parts, mailbox);
}

/** A start date that leaves nothing out. */
const beginning = new Date('1900-01-01T00:00:00Z');

/** Has everything that is linked compared anew and what failed tried at once; returns how many links will be compared. */
export async function resyncMailbox(parts: ActOperationParts, mailbox: Mailbox): Promise<number> {
  const of = { column: 'mr_mailboxid', operator: 'eq', value: mailbox.mailboxid ?? '' } as const;
  const state = { column: 'mr_linkstate', operator: 'eq', value: LinkState.linked } as const;
  const { records } = parts.database;
  const links = await records.updateWhere(
    'exchangesyncidmapping',
    { and: [of, state] },
    { mr_changekey: null, mr_recordversion: null, retries: 0, mr_nexttryon: null },
  );
  await records.updateWhere('exchangesyncidmapping', of, { retries: 0, mr_nexttryon: null });
  await wake(parts, mailbox);
  return links;
}

/** AC-16: answers the question about an item with "take it all the same", and has it tried at once. */
export async function takeItem(parts: ActOperationParts, mailbox: Mailbox, linkId: string): Promise<void> {
  await parts.database.records.update('exchangesyncidmapping', linkId, {
    userdecision: UserDecision.ignore,
    retries: 0,
    mr_nexttryon: null,
  });
  await wake(parts, mailbox);
}

/** Has one link compared anew at once. */
export async function resyncLink(parts: ActOperationParts, mailbox: Mailbox, linkId: string): Promise<void> {
  await parts.database.records.update('exchangesyncidmapping', linkId, {
    mr_changekey: null,
    mr_recordversion: null,
    retries: 0,
    mr_nexttryon: null,
  });
  await wake(parts, mailbox);
}

/**
 * Has a user's answer to a meeting given in Exchange, in their own name. Throws item `mr_NoMeeting` where their calendar does not hold
 * it, or it is their own.
 */
export async function respondToMeeting(
  parts: ActOperationParts,
  meeting: { readonly recordId: string; readonly systemuserid: string },
  response: ActResponse,
  comment: string,
): Promise<void> {
  const { records } = parts.database;
  const page = await records.retrieveMultiple({
    table: 'exchangesyncidmapping',
    columns: ['exchangesyncidmappingid', 'mr_mailboxid', 'mr_facts'],
    filter: {
      and: [
        { column: 'objectid', operator: 'eq', value: meeting.recordId },
        { column: 'ownerid', operator: 'eq', value: meeting.systemuserid },
        { column: 'mr_linkstate', operator: 'eq', value: LinkState.linked },
      ],
    },
    limit: 1,
  });
  const [link] = page.rows;
  const mailbox = link?.mr_mailboxid ? await records.retrieve('mailbox', link.mr_mailboxid) : undefined;
  if (!link?.exchangesyncidmappingid || mailbox === undefined)
    throw noMeeting(
      'Your calendar in Exchange does not hold this meeting, or not yet, so that there is nothing to answer. Wait for the invitation, or answer in Outlook.',
    );
  if ((JSON.parse(link.mr_facts || '{}') as { readonly isOrganizer?: boolean }).isOrganizer === true)
    throw noMeeting('You are the organizer of this meeting; there is nobody to answer to.');
  await records.update('exchangesyncidmapping', link.exchangesyncidmappingid, {
    mr_response: MeetingResponse[response],
    mr_responsecomment: comment.slice(0, 4000),
    mr_nexttryon: null,
  });
  await wake(parts, mailbox);
}

const noMeeting = (message: string): MailroomError =>
  new MailroomError(message, { code: 'mr_NoMeeting', kind: 'item' });

/** What an unlinked tie looks like (AC-14). */
export const unlinked = {
  mr_linkstate: LinkState.untracked,
  isunlinkedincrm: true,
  mr_pending: null,
  mr_ismarked: false,
} as const;

/** Refuses to take synchronisation back while it goes on, for the next cycle would make the items again. Throws item `mr_Usage`. */
export function checkMayUndo(mailbox: Mailbox): void {
  if (mailbox.actdeliverymethod !== ActDeliveryMethod.serverSide || !mailbox.enabledforact) return;
  throw usage(
    `Mailbox "${mailbox.name}" is being synchronised. Set its actdeliverymethod to 2 (None) first; otherwise the next cycle makes the items again.`,
  );
}

async function wake({ leases, now }: ActOperationParts, mailbox: Mailbox): Promise<void> {
  if (mailbox.enabledforact) await leases.schedule(mailbox.mailboxid ?? '', 'act', now);
}

const usage = (message: string): MailroomError => new MailroomError(message, { code: 'mr_Usage', kind: 'item' });
