import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import { conversationBaseHash } from '../../formats/conversation-index.ts';
import { buildMessageId, messageIds } from '../../formats/message-id.ts';
import type { StoreScope } from '../../store/database.ts';
import { type RowChange, updateMany } from '../../store/update-many.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { EmailState, EmailStatus } from '../../tables/choices.ts';
import type { TurnContext } from '../turn.ts';
import { allocateTokens } from './allocate-tokens.ts';
import { chooseRecipients } from './choose-recipients.ts';
import { keptToken, subjectsFor } from './choose-token.ts';
import { dueFilter } from './due-filter.ts';
import { type LoadedParties, loadParties } from './load-parties.ts';
import { type ClaimedEmail, type EmailRow, emailColumns } from './outgoing-email.ts';
import type { OutgoingTurn } from './outgoing-turn.ts';
import { threadFieldsFor } from './thread-fields.ts';

/** A batch taken: what may go to the wire, and what cannot be sent as it is. */
export interface ClaimedBatch {
  readonly emails: readonly ClaimedEmail[];
  readonly refused: readonly { readonly row: EmailRow; readonly error: MailroomError }[];
}

/**
 * Takes those of `ids` that are still due, in that order, and stores them as Sending with their final Message-ID, token and thread
 * before the wire is touched (OU-06). Runs in the caller's transaction; rows that others hold are left out.
 */
export async function claimEmails(
  scope: StoreScope,
  turn: OutgoingTurn,
  ids: readonly string[],
): Promise<ClaimedBatch> {
  const { context } = turn;
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
  const parents = await loadParents(scope, rows);
  const tokens = await tokensFor(scope, context, rows, parents);
  const emails: ClaimedEmail[] = [];
  const changes: RowChange<'email'>[] = [];
  const refused: { row: EmailRow; error: MailroomError }[] = [];
  for (const row of rows) {
    const id = row.activityid ?? '';
    const parent = parents.get(row.parentactivityid?.id ?? '');
    try {
      const { email, values } = claimOne(turn, row, parent, tokens.get(id) ?? '', parties);
      emails.push(email);
      changes.push({ id, values });
    } catch (thrown) {
      const error = asMailroomError(thrown);
      if (error.kind !== 'item') throw thrown;
      refused.push({ row, error });
    }
  }
  await updateMany(scope, 'email', changes, { now: context.clock.now(), userId: context.systemUserId });
  return { emails, refused };
}

async function loadParents(scope: StoreScope, rows: readonly EmailRow[]): Promise<ReadonlyMap<string, EmailRow>> {
  const ids = [...new Set(rows.flatMap((row) => (row.parentactivityid ? [row.parentactivityid.id] : [])))];
  if (ids.length === 0) return new Map();
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid', 'messageid', 'mr_references', 'conversationindex', 'trackingtoken'],
    filter: { column: 'activityid', operator: 'in', value: ids },
  });
  return new Map(page.rows.map((row) => [row.activityid ?? '', row]));
}

/** The token of every email of the batch: kept where there is one, taken from the counters otherwise; none when switched off. */
async function tokensFor(
  scope: StoreScope,
  context: TurnContext,
  rows: readonly EmailRow[],
  parents: ReadonlyMap<string, EmailRow>,
): Promise<ReadonlyMap<string, string>> {
  const { settings } = context;
  if (!settings.token.enabled) return new Map();
  const tokens = new Map<string, string>();
  const needed: { emailId: string; userId: string | null }[] = [];
  for (const row of rows) {
    const emailId = row.activityid ?? '';
    const parent = parents.get(row.parentactivityid?.id ?? '')?.trackingtoken ?? '';
    const kept = keptToken(settings, { subject: row.subject ?? '', own: row.trackingtoken ?? '', parent });
    if (kept !== '') tokens.set(emailId, kept);
    else needed.push({ emailId, userId: countedFor(context, row) });
  }
  const taken = needed.length === 0 ? new Map<string, string>() : await allocateTokens(scope, settings, needed);
  return new Map([...tokens, ...taken]);
}

/** Whose number stands in the token: the sending user's, or for a queue its email's owner's (CO-12). */
function countedFor(context: TurnContext, row: EmailRow): string | null {
  const sender = context.mailbox.regardingobjectid;
  if (sender?.table === 'systemuser') return sender.id;
  if (row.ownerid?.table === 'systemuser') return row.ownerid.id;
  return row.createdby?.id ?? null;
}

function claimOne(
  turn: OutgoingTurn,
  row: EmailRow,
  parent: EmailRow | undefined,
  token: string,
  parties: LoadedParties,
): { readonly email: ClaimedEmail; readonly values: RecordOf<'email'> } {
  const { context } = turn;
  const id = row.activityid ?? '';
  const recipients = chooseRecipients(
    parties.byEmail.get(id) ?? [],
    parties.nameOf,
    context.settings.allowUnresolvedRecipients,
    row.deliveryattempts ?? 0,
  );
  const domain = turn.from.address.slice(turn.from.address.lastIndexOf('@') + 1);
  const messageId = messageIds(row.messageid ?? '')[0] ?? buildMessageId(turn.deps.randomId(), domain);
  const thread = threadFieldsFor(row, parent, context.clock.now(), turn.deps.randomBytes(17));
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
  const email = { row, id, messageId, subject: subjects.wire, thread, from: turn.from, ...recipients };
  return { email, values };
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
