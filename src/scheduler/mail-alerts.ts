import { queueNotice } from '../pipelines/outgoing/queue-notice.ts';
import type { Database, StoreScope } from '../store/database.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { WaitingMailOptions } from './waiting-mail.ts';

/** What telling owners of alerts by mail needs. */
export interface MailAlertsOptions extends WaitingMailOptions {
  /** Where the page is, without a slash at its end; the mail links to it. */
  readonly baseUrl: string;
}

/** An alert that its reader has not been mailed about. */
interface Untold {
  readonly tracelogid: string;
  readonly text: string;
  readonly mailboxid: string;
  readonly mailbox: string;
  readonly profileid: string | null;
}

interface Reader {
  readonly userid: string;
  readonly address: string;
}

/** One mail to one reader within this time, milliseconds; what comes up meanwhile is told together in the next. */
const betweenMailsMs = 3_600_000;

/** Readers told in one run, and alerts in one mail. */
const mostReaders = 100;
const mostAlerts = 20;

/** Open errors on mailboxes with who is to be told: the owner, or the administrator of a team that owns it. */
const untold = `from tracelog t
  join mailbox m on m.mailboxid = t.regardingobjectid
  left join team on m.ownerid__table = 'team' and team.teamid = m.ownerid
  join systemuser u on u.systemuserid = coalesce(team.administratorid, m.ownerid)
  where t.level = 3 and t.mr_resolvedon is null and t.mr_mailedon is null
    and coalesce(u.internalemailaddress, '') <> '' and coalesce(u.isdisabled, false) = false`;

/**
 * Tells the owners of mailboxes by mail of what went wrong with these, where the organisation wants it (AL-10, ST-11): errors alone, for
 * warnings are tried again by themselves. Each alert is told once; a reader gets one mail an hour, with all that came up; it goes through a
 * mailbox that is not in trouble itself. Alerts about emails are not told this way, so a mail that cannot be sent makes no further one.
 * Returns how many alerts were told.
 */
export async function mailAlerts(options: MailAlertsOptions): Promise<number> {
  const { database, clock } = options;
  const settings = await readOrganizationSettings(database.records);
  if (!settings.mailsAlerts) return 0;
  const now = clock.now();
  let told = 0;
  for (const reader of await readersOf(database, now)) {
    told += await database.transaction((scope) =>
      tell({ ...scope, records: scope.records.as(options.systemUserId) }, reader, now, options.baseUrl),
    );
  }
  return told;
}

async function readersOf(database: Database, now: Date): Promise<readonly Reader[]> {
  return database.sql<Reader>(
    `select u.systemuserid::text as userid, min(u.internalemailaddress) as address ${untold}
       and not exists (${toldLately('u.systemuserid', '$1')})
     group by u.systemuserid order by min(t.createdon) limit ${mostReaders}`,
    [new Date(now.getTime() - betweenMailsMs)],
  );
}

const toldLately = (user: string, since: string): string =>
  `select 1 from tracelog p join mailbox pm on pm.mailboxid = p.regardingobjectid
     left join team pt on pm.ownerid__table = 'team' and pt.teamid = pm.ownerid
   where p.mr_mailedon > ${since} and coalesce(pt.administratorid, pm.ownerid) = ${user}`;

async function tell(scope: StoreScope, reader: Reader, now: Date, baseUrl: string): Promise<number> {
  // Several processes look at once; the second finds nothing left to tell.
  await scope.sql('select pg_advisory_xact_lock(hashtextextended($1, 8052))', [reader.userid]);
  const alerts = await scope.sql<Untold>(
    `select t.tracelogid::text, t.text, m.mailboxid::text, m.name as mailbox, m.emailserverprofile::text as profileid ${untold}
       and u.systemuserid = $1::uuid and not exists (${toldLately('u.systemuserid', '$2')})
     order by t.createdon limit ${mostAlerts}`,
    [reader.userid, new Date(now.getTime() - betweenMailsMs)],
  );
  const [first] = alerts;
  if (first === undefined) return 0;
  const mailboxes = new Map(alerts.map((alert) => [alert.mailboxid, alert.mailbox]));
  const from = await queueNotice(scope, {
    to: { table: 'systemuser', id: reader.userid },
    address: reader.address,
    subject:
      mailboxes.size === 1
        ? `Mailroom: mailbox "${first.mailbox}" needs your help`
        : `Mailroom: ${mailboxes.size} mailboxes of yours need your help`,
    text: wordsOf(alerts, baseUrl),
    troubledProfileId: first.profileid ?? '',
    troubledMailboxIds: [...mailboxes.keys()],
  });
  // No mailbox can send now: the next run tries again.
  if (from === undefined) return 0;
  return scope.records.updateWhere(
    'tracelog',
    { column: 'tracelogid', operator: 'in', value: alerts.map((alert) => alert.tracelogid) },
    { mr_mailedon: now },
  );
}

function wordsOf(alerts: readonly Untold[], baseUrl: string): string {
  const told = alerts.map(
    ({ text, mailbox, mailboxid }) => `Mailbox "${mailbox}":\n${text}\n${baseUrl}/mailboxes/${mailboxid}`,
  );
  return `${told.join('\n\n')}\n\nYou get this mail because the mailbox is yours; at most one such mail an hour. An administrator switches it off in the settings, under "Alerts".`;
}
