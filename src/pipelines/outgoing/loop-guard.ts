import { MailroomError } from '../../base/errors.ts';
import { normaliseAddress } from '../../formats/address.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { EmailStatus } from '../../tables/choices.ts';
import { writeAlert } from '../trace.ts';
import type { TurnContext } from '../turn.ts';
import type { EmailRow } from './outgoing-email.ts';
import { withLease } from './outgoing-turn.ts';
import { reportRefused } from './report.ts';

/** How far back answers to one address are counted, milliseconds. */
const windowMs = 3_600_000;

/** How long answers wait that are too many, milliseconds. */
const pauseMs = 900_000;

/** Emails that may go, and how many were stopped for good. */
export interface GuardedEmails {
  readonly rows: readonly EmailRow[];
  readonly refused: number;
}

interface Stopped {
  readonly row: EmailRow;
  readonly address: string;
}

/**
 * Keeps two programs from answering each other for ever (PAIN-08, RFC 3834 2): an email that a program wrote as an answer to automatic
 * mail fails, and of the answers to one address more than the organisation's limit an hour wait. What answers nothing costs nothing.
 */
export async function guardLoops(context: TurnContext, rows: readonly EmailRow[]): Promise<GuardedEmails> {
  const answers = rows.filter((row) => row.parentactivityid);
  if (answers.length === 0) return { rows, refused: 0 };
  const parents = await readParents(context, answers);
  const parentOf = (row: EmailRow) => parents.get(row.parentactivityid?.id ?? '');
  const forbidden = answers.filter((row) => row.isworkflowcreated === true && parentOf(row)?.mr_automatickind != null);
  const open = answers.flatMap((row) => {
    const address = normaliseAddress(parentOf(row)?.sender ?? '');
    return forbidden.includes(row) || address === '' ? [] : [{ row, address }];
  });
  const tooMany = await beyondLimit(context, open);
  if (forbidden.length > 0 || tooMany.length > 0) {
    await withLease(context, (scope) => stop(scope, context, forbidden, tooMany));
  }
  const stopped = new Set([...forbidden, ...tooMany.map(({ row }) => row)]);
  return { rows: rows.filter((row) => !stopped.has(row)), refused: forbidden.length };
}

/** The received emails that are answered. */
async function readParents(
  context: TurnContext,
  answers: readonly EmailRow[],
): Promise<ReadonlyMap<string, RecordOf<'email'>>> {
  const page = await context.database.records.retrieveMultiple({
    table: 'email',
    columns: ['activityid', 'sender', 'mr_automatickind'],
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: answers.map((row) => row.parentactivityid?.id ?? '') },
        { column: 'directioncode', operator: 'eq', value: false },
      ],
    },
  });
  return new Map(page.rows.map((row) => [row.activityid ?? '', row]));
}

async function beyondLimit(context: TurnContext, answers: readonly Stopped[]): Promise<readonly Stopped[]> {
  const most = context.settings.answersPerHour;
  if (most === 0 || answers.length === 0) return [];
  const counts = await countSent(
    context,
    answers.map(({ address }) => address),
  );
  return answers.filter(({ address }) => {
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count > most;
  });
}

/** Answers sent from this mailbox within the last hour, by the address that was answered. */
async function countSent(context: TurnContext, addresses: readonly string[]): Promise<Map<string, number>> {
  const rows = await context.database.sql<{ address: string; count: string }>(
    `select lower(parent.sender) as address, count(*) as count
       from email answer join email parent on parent.activityid = answer.parentactivityid
      where answer.parentactivityid is not null and answer.createdon >= $2 and answer.sendermailboxid = $1::uuid
        and answer.statuscode = $3 and lower(parent.sender) = any($4::text[])
      group by 1`,
    [
      context.lease.mailboxid,
      new Date(context.clock.now().getTime() - windowMs),
      EmailStatus.sent,
      [...new Set(addresses)],
    ],
  );
  return new Map(rows.map((row) => [row.address, Number(row.count)]));
}

async function stop(
  scope: StoreScope,
  context: TurnContext,
  forbidden: readonly EmailRow[],
  tooMany: readonly Stopped[],
): Promise<void> {
  const refusal = new MailroomError(
    'It was written by a program and answers an automatic message, which nothing may do by itself (RFC 3834). Send it as a person, or not at all.',
    { code: 'mr_AnswersAutomaticMail', kind: 'item' },
  );
  for (const row of forbidden) await reportRefused(scope, context, row, refusal);
  if (tooMany.length === 0) return;
  const until = new Date(context.clock.now().getTime() + pauseMs);
  const ids = tooMany.map(({ row }) => row.activityid ?? '');
  const addresses = [...new Set(tooMany.map(({ address }) => address))];
  const most = context.settings.answersPerHour;
  await scope.records.updateWhere(
    'email',
    { column: 'activityid', operator: 'in', value: ids },
    {
      postponeemailprocessinguntil: until,
      mr_nextattempton: until,
      mr_waitingreason: `More than ${most} answers an hour to one address look like two programs answering each other. This one waits; the limit is organization.mr_answersperhour.`,
    },
  );
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: 'warning',
    code: 'mr_LoopBreaker',
    text: `Mailbox "${context.mailbox.name ?? ''}" has sent more than ${most} answers within an hour to ${addresses.slice(0, 10).join(', ')}; ${ids.length} more wait. If two programs answer each other, switch one of them off; otherwise raise organization.mr_answersperhour.`,
    regarding: { table: 'mailbox', id: context.lease.mailboxid },
    regardingOwner: context.mailbox.ownerid,
    work: 'outgoing',
    nextAttemptOn: until,
  });
}
