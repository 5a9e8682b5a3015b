import type { Clock } from '../base/clock.ts';
import { type AlertAction, writeAlert } from '../pipelines/trace.ts';
import type { Database, StoreScope } from '../store/database.ts';
import { type FlowRefusal, whyMailWaits } from '../store/flow-refusal.ts';
import { type OrganizationSettings, readOrganizationSettings } from '../store/organization-settings.ts';
import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { EmailStatus } from '../tables/choices.ts';
import { readMailboxes, readProfiles } from './read-mailboxes.ts';

/** What the look at waiting mail needs. */
export interface WaitingMailOptions {
  readonly database: Database;
  readonly systemUserId: string;
  readonly clock: Clock;
}

/** Mail of one mailbox that cannot go. */
interface Stuck {
  readonly mailbox: RecordOf<'mailbox'>;
  readonly refusal: FlowRefusal;
  readonly count: number;
  readonly oldest: Date | null;
}

const hourMs = 3_600_000;

/** Writes on every email whose mailbox cannot send what it waits for, so that nothing waits unseen (OU-04, AP-02, PAIN-12); returns how many changed. */
export async function explainWaitingMail(options: WaitingMailOptions): Promise<number> {
  const records = options.database.records.as(options.systemUserId);
  let changed = 0;
  for (const { mailbox, refusal } of await findStuck(options.database)) {
    const reason = refusal.message.slice(0, 4000);
    const toldOtherwise: Filter = {
      or: [
        { column: 'mr_waitingreason', operator: 'null' },
        { column: 'mr_waitingreason', operator: 'ne', value: reason },
      ],
    };
    changed += await records.updateWhere(
      'email',
      { and: [...pendingOf(mailbox.mailboxid ?? ''), toldOtherwise] },
      { mr_waitingreason: reason, mr_nextattempton: null },
    );
  }
  return changed;
}

/** Warns the owners of mailboxes whose mail has waited longer than the organisation allows (OU-04, choice); returns how many were warned. */
export async function warnOfWaitingMail(options: WaitingMailOptions): Promise<number> {
  const { database, clock } = options;
  const settings = await readOrganizationSettings(database.records);
  const limitMs = settings.waitingMailWarningHours * hourMs;
  if (limitMs === 0) return 0;
  const now = clock.now();
  const overdue = (await findStuck(database)).filter(
    ({ oldest }) => oldest && now.getTime() - oldest.getTime() > limitMs,
  );
  for (const stuck of overdue) {
    await database.transaction((scope) =>
      warn({ ...scope, records: scope.records.as(options.systemUserId) }, settings, now, stuck),
    );
  }
  return overdue.length;
}

async function warn(scope: StoreScope, settings: OrganizationSettings, now: Date, stuck: Stuck): Promise<void> {
  const { mailbox, refusal, count, oldest } = stuck;
  const action: AlertAction = refusal.code === '8005E220' ? 'approve' : 'testAndEnable';
  await writeAlert(scope, settings, now, {
    level: 'warning',
    code: 'mr_MailWaiting',
    text: `${count} ${count === 1 ? 'email waits' : 'emails wait'} to be sent from mailbox "${mailbox.name ?? ''}" (${mailbox.emailaddress ?? 'no address'}), the oldest since ${oldest?.toISOString() ?? ''}: ${refusal.message} Nothing is lost: they go as soon as the mailbox can send.`,
    regarding: { table: 'mailbox', id: mailbox.mailboxid ?? '' },
    regardingOwner: mailbox.ownerid,
    work: 'outgoing',
    action,
  });
}

function pendingOf(mailboxid: string): readonly Filter[] {
  return [
    { column: 'sendermailboxid', operator: 'eq', value: mailboxid },
    { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
    { column: 'directioncode', operator: 'eq', value: true },
  ];
}

async function findStuck(database: Database): Promise<readonly Stuck[]> {
  const waiting = await database.sql<{ id: string; count: bigint; oldest: Date | null }>(
    `select sendermailboxid as id, count(*) as count, min(mr_queuedon) as oldest from email
     where statuscode = ${EmailStatus.pendingSend} and directioncode and sendermailboxid is not null group by sendermailboxid`,
  );
  if (waiting.length === 0) return [];
  const { records } = database;
  const settings = await readOrganizationSettings(records);
  const mailboxes = await readMailboxes(
    records,
    waiting.map((row) => row.id),
  );
  const profiles = await readProfiles(records, [...mailboxes.values()]);
  return waiting.flatMap(({ id, count, oldest }) => {
    const mailbox = mailboxes.get(id);
    if (mailbox === undefined) return [];
    const refusal = whyMailWaits(mailbox, profiles.get(mailbox.emailserverprofile?.id ?? ''), settings);
    return refusal === undefined ? [] : [{ mailbox, refusal, count: Number(count), oldest }];
  });
}
