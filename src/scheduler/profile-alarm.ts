import { queueNotice } from '../pipelines/outgoing/queue-notice.ts';
import { resolveAlert, writeAlert } from '../pipelines/trace.ts';
import type { StoreScope } from '../store/database.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, DeliveryMethod, MailboxStatus, RecordState } from '../tables/choices.ts';

type Profile = RecordOf<'emailserverprofile'>;

/** Code of the alert that most mailboxes of a profile fail. */
export const profileAlarmCode = 'mr_ProfileMostlyFailing';

/** Failures within this time count together, and one alarm is enough for as long, milliseconds (EP-19). */
const alarmSpanMs = 3_600_000;

/** Mailboxes named in an alarm, at most. */
const mostNamed = 10;

/** True when more than half fail (EP-19). Pure. */
export const isMostlyFailing = (failed: number, all: number): boolean => failed * 2 > all;

/**
 * Raises an alarm when more than half of a profile's mailboxes failed within the hour, at most once an hour: an alert on the profile, and
 * a mail to its owner when the profile asks for that (EP-19, AL-11). Call it after the failure is written, in the same transaction.
 */
export async function raiseProfileAlarm(
  scope: StoreScope,
  settings: OrganizationSettings,
  profile: Profile,
  now: Date,
  cause: string,
): Promise<void> {
  const id = profile.emailserverprofileid;
  const since = new Date(now.getTime() - alarmSpanMs);
  if (!id || (profile.mr_alarmedon && profile.mr_alarmedon > since)) return;
  // One failing turn of the profile after the other, so that the last of several at once counts them all.
  await scope.sql('select pg_advisory_xact_lock(hashtextextended($1, 8051))', [id]);
  const failed: Filter = {
    and: [mailboxesOf(id), { column: 'mr_lastfailedon', operator: 'gt', value: since }],
  };
  const all = await scope.records.count('mailbox', mailboxesOf(id));
  const failing = await scope.records.count('mailbox', failed);
  if (!isMostlyFailing(failing, all)) return;
  const isFirst = await scope.records.updateWhere('emailserverprofile', notAlarmedSince(id, since), {
    mr_alarmedon: now,
  });
  if (isFirst === 0) return;
  const share = all === 1 ? 'The only mailbox' : `${failing} of the ${all} mailboxes`;
  const words = `${share} of profile "${profile.name ?? ''}" failed within the last hour. The latest: ${cause}`;
  const mail = profile.sendemailalert ? await mailOwner(scope, profile, words, await namesOf(scope, failed)) : '';
  // The only mailbox of a profile has told its trouble in an alert of its own.
  if (all === 1) return;
  await writeAlert(scope, settings, now, {
    level: 'error',
    code: profileAlarmCode,
    text: `${words}${mail} Each mailbox tells its own trouble; what they have in common is the profile: check its server, port, certificates and credentials.`,
    regarding: { table: 'emailserverprofile', id },
    regardingOwner: profile.ownerid,
    action: 'editProfile',
  });
}

/** Closes the alarm of a profile once at most half of its mailboxes are in trouble. Call it after a recovery is written. */
export async function endProfileAlarm(scope: StoreScope, profile: Profile, now: Date): Promise<void> {
  const id = profile.emailserverprofileid;
  if (!id || !profile.mr_alarmedon) return;
  const inTrouble: Filter = {
    or: [
      { column: 'transientfailurecount', operator: 'gt', value: 0 },
      { column: 'mailboxstatus', operator: 'eq', value: MailboxStatus.failure },
    ],
  };
  const all = await scope.records.count('mailbox', mailboxesOf(id));
  const failing = await scope.records.count('mailbox', { and: [mailboxesOf(id), inTrouble] });
  if (isMostlyFailing(failing, all)) return;
  await resolveAlert(scope, { table: 'emailserverprofile', id }, profileAlarmCode, now);
}

/** The mailboxes that count: active, with a flow that the engine carries. */
function mailboxesOf(profileid: string): Filter {
  return {
    and: [
      { column: 'emailserverprofile', operator: 'eq', value: profileid },
      { column: 'statecode', operator: 'eq', value: RecordState.active },
      {
        or: [
          { column: 'incomingemaildeliverymethod', operator: 'eq', value: DeliveryMethod.serverSide },
          { column: 'outgoingemaildeliverymethod', operator: 'eq', value: DeliveryMethod.serverSide },
          { column: 'actdeliverymethod', operator: 'eq', value: ActDeliveryMethod.serverSide },
        ],
      },
    ],
  };
}

const notAlarmedSince = (id: string, since: Date): Filter => ({
  and: [
    { column: 'emailserverprofileid', operator: 'eq', value: id },
    {
      or: [
        { column: 'mr_alarmedon', operator: 'null' },
        { column: 'mr_alarmedon', operator: 'le', value: since },
      ],
    },
  ],
});

async function namesOf(scope: StoreScope, filter: Filter): Promise<string> {
  const page = await scope.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['name', 'emailaddress', 'lastsyncerror'],
    filter,
    orderBy: [{ column: 'mr_lastfailedon', descending: true }],
    limit: mostNamed,
  });
  return page.rows
    .map((row) => `- ${row.name ?? ''} (${row.emailaddress ?? 'no address'}): ${row.lastsyncerror ?? ''}`)
    .join('\n');
}

/** Mails the owner; returns a sentence that says so, or why it could not be done. */
async function mailOwner(scope: StoreScope, profile: Profile, words: string, names: string): Promise<string> {
  const owner = profile.ownerid;
  const isUser = owner?.table === 'systemuser';
  const user = isUser ? await scope.records.retrieve('systemuser', owner.id, ['internalemailaddress']) : undefined;
  const address = profile.owneremailaddress || user?.internalemailaddress;
  if (!isUser || !address) {
    return ' Its owner could not be told by mail: give the profile an owner who is a user, and owneremailaddress.';
  }
  const from = await queueNotice(scope, {
    to: owner,
    address,
    subject: `Mailroom: most mailboxes of profile "${profile.name ?? ''}" fail`,
    text: `${words}\n\nMailboxes that failed last:\n${names}\n\nSee "mailroom mailbox list --failed" and the alerts of the profile. This mail is sent at most once an hour; the profile's "send email alert" switches it off.`,
    troubledProfileId: profile.emailserverprofileid ?? '',
  });
  return from === undefined
    ? ` ${address} could not be told by mail, because no mailbox is able to send.`
    : ` ${address} is told by a mail from ${from}.`;
}
