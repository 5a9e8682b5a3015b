import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import { conversationBaseHash } from '../../formats/conversation-index.ts';
import { buildMessageId, messageIds } from '../../formats/message-id.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RowChange } from '../../store/record-store.ts';
import { updateMany } from '../../store/update-many.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { EmailState, EmailStatus } from '../../tables/choices.ts';
import { chooseRecipients } from './choose-recipients.ts';
import { subjectsFor } from './choose-token.ts';
import { dueFilter } from './due-filter.ts';
import { reopenBounced } from './early-bounces.ts';
import { type LoadedParties, loadParties } from './load-parties.ts';
import { type ClaimedEmail, type EmailRow, emailColumns, type PartyRow } from './outgoing-email.ts';
import type { OutgoingTurn } from './outgoing-turn.ts';
import type { ThreadPlan } from './plan-threads.ts';
import { threadFieldsFor } from './thread-fields.ts';

/** A batch taken: what may go to the wire, and what cannot be sent as it is. */
export interface ClaimedBatch {
  readonly emails: readonly ClaimedEmail[];
  readonly refused: readonly { readonly row: EmailRow; readonly error: MailroomError }[];
}

/**
 * Takes those emails of `threads` that are still due, in that order, and stores them as Sending with their final Message-ID, token and thread
 * before the wire is touched (OU-06). Runs in the caller's transaction; rows that others hold are left out.
 */
export async function claimEmails(
  scope: StoreScope,
  turn: OutgoingTurn,
  threads: ReadonlyMap<string, ThreadPlan>,
): Promise<ClaimedBatch> {
  const { context } = turn;
  const ids = [...threads.keys()];
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: emailColumns,
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: ids },
        dueFilter(context.lease.mailboxid, context.clock.now()),
      ],
    },
    lock: 'skipLocked',
  });
  if (page.rows.length === 0) return { emails: [], refused: [] };
  const order = new Map(ids.map((id, index) => [id, index]));
  const rows = [...page.rows].sort(
    (a, b) => (order.get(a.activityid ?? '') ?? 0) - (order.get(b.activityid ?? '') ?? 0),
  );
  const parties = await loadParties(
    scope,
    rows.flatMap((row) => (row.activityid ? [row.activityid] : [])),
  );
  const emails: ClaimedEmail[] = [];
  const changes: RowChange<'email'>[] = [];
  const refused: { row: EmailRow; error: MailroomError }[] = [];
  for (const row of rows) {
    const id = row.activityid ?? '';
    try {
      const { email, values } = finishEmail(
        turn,
        row,
        threads.get(id),
        parties,
        context.settings.allowUnresolvedRecipients,
      );
      emails.push(email);
      changes.push({ id, values });
    } catch (thrown) {
      const error = asMailroomError(thrown);
      if (error.kind !== 'item') throw thrown;
      refused.push({ row, error });
    }
  }
  const triedAnew = new Set(emails.flatMap((email) => email.recipients.flatMap((one) => one.partyIds)));
  const partiesNow = emails.flatMap((email) => parties.byEmail.get(email.id) ?? []);
  await reopenBounced(
    scope,
    context,
    partiesNow.filter((party) => triedAnew.has(party.activitypartyid ?? '')),
  );
  await updateMany(scope, 'email', changes, { now: context.clock.now(), userId: context.systemUserId });
  return { emails, refused };
}

/**
 * An email as it goes to the wire, and what is stored of it before: the same again for one that has these values already.
 * Throws MailroomError of kind item when it cannot be addressed (OU-02).
 */
export function finishEmail(
  turn: OutgoingTurn,
  row: EmailRow,
  plan: ThreadPlan | undefined,
  parties: LoadedParties,
  allowUnresolved: boolean,
): { readonly email: ClaimedEmail; readonly values: RecordOf<'email'> } {
  const { context } = turn;
  const id = row.activityid ?? '';
  const recipients = chooseRecipients(
    parties.byEmail.get(id) ?? [],
    parties.nameOf,
    allowUnresolved,
    row.deliveryattempts ?? 0,
  );
  const domain = turn.from.address.slice(turn.from.address.lastIndexOf('@') + 1);
  const messageId = messageIds(row.messageid ?? '')[0] ?? buildMessageId(turn.deps.randomId(), domain);
  const thread = threadFieldsFor(row, plan?.parent, context.clock.now(), turn.deps.randomBytes(17));
  const token = plan?.token ?? '';
  const subjects = subjectsFor(context.settings, row.subject ?? '', token);
  const values: RecordOf<'email'> = {
    statuscode: EmailStatus.sending,
    statecode: EmailState.completed,
    subject: subjects.stored,
    trackingtoken: token || null,
    messageid: messageId,
    mr_identity: messageId,
    inreplyto: thread.inReplyTo.length > 320 ? null : thread.inReplyTo || null,
    mr_references: storedReferences(thread.references),
    conversationindex: thread.conversationIndex,
    baseconversationindexhash: conversationBaseHash(thread.conversationIndex) ?? null,
    mr_waitingreason: null,
    mr_nextattempton: null,
  };
  const author = authorOf(turn, parties.authors.get(id), parties.nameOf);
  const email = { row, id, messageId, subject: subjects.wire, thread, ...author, ...recipients };
  return { email, values };
}

/** SA-05: mail of somebody else that goes through this mailbox names both. */
function authorOf(
  turn: OutgoingTurn,
  party: PartyRow | undefined,
  nameOf: LoadedParties['nameOf'],
): Pick<ClaimedEmail, 'from' | 'sender'> {
  const isOwners = !party?.partyid || party.partyid.id === turn.context.mailbox.regardingobjectid?.id;
  if (isOwners || !party.addressused || party.addressused === turn.from.address) {
    return { from: turn.from, sender: undefined };
  }
  return { from: { name: nameOf(party), address: party.addressused }, sender: turn.from };
}

/** As kept in `mr_references`: bracketed ids, oldest first, the newest that fit. */
function storedReferences(references: readonly string[]): string | null {
  let text = '';
  for (const id of [...references].reverse()) {
    const longer = text === '' ? `<${id}>` : `<${id}> ${text}`;
    if (longer.length > 32_768) break;
    text = longer;
  }
  return text === '' ? null : text;
}
