import type { MailroomError } from '../base/errors.ts';
import { type Alert, writeAlert } from '../pipelines/trace.ts';
import type { StoreScope } from '../store/database.ts';
import { CredentialRetrieval, EmailStatus } from '../tables/choices.ts';
import type { FinishedTurn } from './finished-turn.ts';
import { flowColumns } from './flow-columns.ts';
import { isProfileTrouble, mostTransientFailures } from './health.ts';
import { raiseProfileAlarm } from './profile-alarm.ts';

/**
 * Alerts about the error that ended a turn (AL-02 to AL-04, AL-21): the profile's trouble is told once, on the profile, and as
 * information on the mailbox (SC-17). Waiting emails learn what they wait for (OU-13, PAIN-12).
 */
export async function tellTrouble(scope: StoreScope, turn: FinishedTurn, error: MailroomError): Promise<void> {
  const { context } = turn;
  const text = wordsFor(turn, error);
  const disabled = turn.reaction.kind === 'disable';
  const base = {
    code: error.code,
    work: turn.work,
    details: error.serverReply,
    nextAttemptOn: turn.reaction.kind === 'postpone' ? (turn.next.dueOn ?? undefined) : undefined,
  };
  const mailbox = {
    regarding: { table: 'mailbox', id: context.lease.mailboxid },
    regardingOwner: context.mailbox.ownerid,
  };
  const alerts: Alert[] = [];
  const profileId = context.profile.emailserverprofileid;
  if (profileId && isProfileTrouble(error, signsInByProfile(turn))) {
    const profile = {
      regarding: { table: 'emailserverprofile', id: profileId },
      regardingOwner: context.profile.ownerid,
    };
    alerts.push({ ...base, ...profile, level: disabled ? 'error' : 'warning', text, action: 'editProfile' });
    alerts.push({ ...base, ...mailbox, level: 'information', text });
  } else {
    const isConsent = error.code === 'mr_ConsentRefused' || error.code === 'mr_ConsentMissing';
    const action = isConsent ? 'consent' : disabled ? 'testAndEnable' : undefined;
    alerts.push({ ...base, ...mailbox, level: disabled ? 'error' : 'warning', text, action });
    // PAIN-03: whoever runs the profile hears of it as well, once for all its mailboxes.
    if (isConsent && profileId) {
      const profile = {
        regarding: { table: 'emailserverprofile', id: profileId },
        regardingOwner: context.profile.ownerid,
      };
      alerts.push({ ...base, ...profile, level: 'warning', text });
    }
  }
  for (const alert of alerts) await writeAlert(scope, context.settings, turn.endedOn, alert);
  if (turn.work === 'outgoing') await tellWaitingEmails(scope, turn, text);
  if (turn.reaction.kind === 'disable' || turn.reaction.kind === 'postpone') {
    await raiseProfileAlarm(scope, context.settings, context.profile, turn.endedOn, text);
  }
}

function signsInByProfile(turn: FinishedTurn): boolean {
  const { profile } = turn.context;
  const retrieval =
    turn.work === 'outgoing' ? profile.outgoingcredentialretrieval : profile.incomingcredentialretrieval;
  const isOfMailbox = retrieval === CredentialRetrieval.userOrQueue || retrieval === CredentialRetrieval.gmailOAuth;
  return retrieval !== undefined && retrieval !== null && !isOfMailbox;
}

function wordsFor(turn: FinishedTurn, error: MailroomError): string {
  const { mailbox } = turn.context;
  const what = `${flowColumns[turn.work].words} of mailbox "${mailbox.name ?? ''}" (${mailbox.emailaddress ?? 'no address'})`;
  const cause = `${error.message.trim()} [${error.code}]`;
  const { reaction, next } = turn;
  if (reaction.kind === 'disable') {
    const tried = reaction.failures >= mostTransientFailures ? ` after ${reaction.failures} attempts in a row` : '';
    return `${what} was switched off${tried}: ${cause} Nothing is tried until the cause is removed and Test & Enable succeeds.`;
  }
  const when = next.dueOn === null ? '' : ` It is tried again by itself at ${next.dueOn.toISOString()}.`;
  if (reaction.kind === 'postpone' && error.kind === 'throttled') {
    return `${what} is slowed down by the server: ${cause}${when} Nothing needs to be done.`;
  }
  const count = reaction.kind === 'postpone' ? ` Attempt ${reaction.failures} of ${mostTransientFailures}.` : '';
  return `${what} met a problem: ${cause}${when}${count}`;
}

async function tellWaitingEmails(scope: StoreScope, turn: FinishedTurn, text: string): Promise<void> {
  await scope.records.updateWhere(
    'email',
    {
      and: [
        { column: 'sendermailboxid', operator: 'eq', value: turn.context.lease.mailboxid },
        { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
        { column: 'directioncode', operator: 'eq', value: true },
        { column: 'postponeemailprocessinguntil', operator: 'null' },
      ],
    },
    { mr_waitingreason: text.slice(0, 4000), mr_nextattempton: turn.next.dueOn },
  );
}
