import type { TurnContext } from '../turn.ts';
import { keptToken } from './choose-token.ts';
import type { EmailRow } from './outgoing-email.ts';
import type { OutgoingTurn } from './outgoing-turn.ts';

/** What an email continues. */
export interface ThreadPlan {
  /** Its token; empty where tokens are switched off. */
  readonly token: string;
  /** The email it answers. */
  readonly parent: EmailRow | undefined;
}

/**
 * The thread and token of each email, by id and in the order given (CO-10, CO-15): a token is kept where there is one and taken
 * from the counter otherwise. Runs before the claiming transaction, which must not wait for a second connection.
 */
export async function planThreads(
  turn: OutgoingTurn,
  rows: readonly EmailRow[],
): Promise<ReadonlyMap<string, ThreadPlan>> {
  const { context, tokens } = turn;
  const parents = await loadParents(context, rows);
  const plans = new Map<string, ThreadPlan>();
  const needed = new Map<string | null, string[]>();
  for (const row of rows) {
    const id = row.activityid ?? '';
    const parent = parents.get(row.parentactivityid?.id ?? '');
    const sources = { subject: row.subject ?? '', own: row.trackingtoken ?? '', parent: parent?.trackingtoken ?? '' };
    const token = context.settings.token.enabled ? keptToken(context.settings, sources) : '';
    plans.set(id, { token, parent });
    if (token !== '' || !context.settings.token.enabled) continue;
    const userId = countedFor(context, row);
    needed.set(userId, [...(needed.get(userId) ?? []), id]);
  }
  for (const [userId, ids] of needed) {
    const taken = await tokens.take(userId, ids.length);
    for (const [index, id] of ids.entries()) {
      plans.set(id, { token: taken[index] ?? '', parent: plans.get(id)?.parent });
    }
  }
  return plans;
}

async function loadParents(context: TurnContext, rows: readonly EmailRow[]): Promise<ReadonlyMap<string, EmailRow>> {
  const ids = [...new Set(rows.flatMap((row) => (row.parentactivityid ? [row.parentactivityid.id] : [])))];
  if (ids.length === 0) return new Map();
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid', 'messageid', 'mr_references', 'conversationindex', 'trackingtoken'],
    filter: { column: 'activityid', operator: 'in', value: ids },
  });
  return new Map(page.rows.map((row) => [row.activityid ?? '', row]));
}

/** Whose number stands in the token: the sending user's, or for a queue its email's owner's (CO-12). */
function countedFor(context: TurnContext, row: EmailRow): string | null {
  const sender = context.mailbox.regardingobjectid;
  if (sender?.table === 'systemuser') return sender.id;
  if (row.ownerid?.table === 'systemuser') return row.ownerid.id;
  return row.createdby?.id ?? null;
}
