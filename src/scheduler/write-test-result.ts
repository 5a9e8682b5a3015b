import { reevaluateEarlier } from '../pipelines/incoming/reevaluate-earlier.ts';
import { resolveAlerts, writeAlert } from '../pipelines/trace.ts';
import type { TurnContext } from '../pipelines/turn.ts';
import type { StoreScope } from '../store/database.ts';
import { isChosen } from '../store/flow-refusal.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { EmailStatus, MailboxStatus } from '../tables/choices.ts';
import { type FlowWork, flowColumns } from './flow-columns.ts';
import { endProfileAlarm } from './profile-alarm.ts';
import type { DirectionTest } from './test-direction.ts';

/** All that a test run found out. */
export interface TestRun {
  readonly tests: readonly DirectionTest[];
  /** Tries so far, this one included. */
  readonly tries: number;
  readonly startedOn: Date;
  /** When it is tried again; the directions in transient trouble stay undecided until then. */
  readonly nextDueOn: Date | undefined;
}

/** The mailbox a result is written on. */
export interface TestSubject
  extends Pick<TurnContext, 'database' | 'mailbox' | 'profile' | 'settings' | 'systemUserId' | 'clock'> {
  /** Throws unless the result may be written; holds that until the transaction ends. */
  readonly guard: (scope: StoreScope) => Promise<void>;
}

/** Most characters of `mr_testresult`. */
const maxResult = 32_768;

/** Writes statuses, switches, steps and alerts of a test, in one transaction (TE-05 to TE-07). Throws what the guard throws. */
export async function writeTestResult(subject: TestSubject, run: TestRun): Promise<void> {
  await subject.database.transaction(async (plain) => {
    await subject.guard(plain);
    const scope: StoreScope = { ...plain, records: plain.records.as(subject.systemUserId) };
    await scope.records.update('mailbox', idOf(subject), columnsAfter(subject, run));
    for (const test of run.tests) {
      if (isDecided(run, test)) await tell(scope, subject, test);
    }
    const canSend = run.tests.some((test) => test.work === 'outgoing' && test.ok);
    if (canSend) await releaseWaitingEmails(scope, subject);
  });
}

const idOf = (subject: TestSubject): string => subject.mailbox.mailboxid ?? '';

/** A direction in transient trouble is undecided while there are tries left. */
const isDecided = (run: TestRun, test: DirectionTest): boolean =>
  test.ok || !test.isTransient || run.nextDueOn === undefined;

function columnsAfter(context: TestSubject, run: TestRun): RecordOf<'mailbox'> {
  const now = context.clock.now();
  const values: RecordOf<'mailbox'> = {
    testemailconfigurationscheduled: run.nextDueOn !== undefined,
    testemailconfigurationretrycount: run.nextDueOn === undefined ? 0 : run.tries,
    postponetestemailconfigurationuntil: run.nextDueOn ?? null,
    testandenablelastattemptedon: run.startedOn,
    mr_testresult: resultText(run, now),
  };
  if (run.nextDueOn === undefined) values.testmailboxaccesscompletedon = now;
  for (const test of run.tests) Object.assign(values, flowAfter(run, test));
  const statuses = (['incoming', 'outgoing', 'act'] as const)
    .filter((work) => isChosen(context.mailbox, work))
    .map((work) => values[flowColumns[work].status] ?? context.mailbox[flowColumns[work].status]);
  values.mailboxstatus = overall(statuses);
  if (values.mailboxstatus === MailboxStatus.success) values.transientfailurecount = 0;
  return values;
}

function overall(statuses: readonly (number | null | undefined)[]): number {
  if (statuses.includes(MailboxStatus.failure)) return MailboxStatus.failure;
  const isAll = statuses.length > 0 && statuses.every((status) => status === MailboxStatus.success);
  return isAll ? MailboxStatus.success : MailboxStatus.notRun;
}

/** TE-05: passed turns the flow on and clears its past; failed turns it off; undecided waits for the next try. */
function flowAfter(run: TestRun, test: DirectionTest): RecordOf<'mailbox'> {
  const names = flowColumns[test.work];
  if (test.ok) {
    return {
      [names.status]: MailboxStatus.success,
      [names.enabled]: true,
      [names.failures]: 0,
      [names.lastError]: null,
      [names.postponedUntil]: null,
    };
  }
  if (!isDecided(run, test)) return { [names.status]: MailboxStatus.notRun };
  return {
    [names.status]: MailboxStatus.failure,
    [names.enabled]: false,
    [names.lastError]: (test.message ?? '').slice(0, test.work === 'act' ? 2048 : 4000),
  };
}

/** The steps as JSON; replies are shortened until it fits. */
function resultText(run: TestRun, now: Date): string {
  for (const room of [1000, 200, 0]) {
    const directions = run.tests.map((test) => ({
      direction: test.work,
      ok: test.ok,
      undecided: !isDecided(run, test),
      code: test.code,
      steps: test.steps.map((step) => ({
        name: step.name,
        ok: step.ok,
        detail: step.detail.slice(0, room + 300),
        serverReply: step.serverReply?.slice(0, room),
      })),
    }));
    const text = JSON.stringify({
      startedOn: run.startedOn.toISOString(),
      completedOn: now.toISOString(),
      attempt: run.tries,
      nextAttemptOn: run.nextDueOn?.toISOString(),
      directions,
    });
    if (text.length <= maxResult) return text;
  }
  return '{}';
}

async function tell(scope: StoreScope, context: TestSubject, test: DirectionTest): Promise<void> {
  const { mailbox, settings } = context;
  const now = context.clock.now();
  const regarding = { table: 'mailbox', id: idOf(context) };
  const who = `mailbox "${mailbox.name ?? ''}" (${mailbox.emailaddress ?? 'no address'})`;
  const what = wordsOf(test.work);
  if (test.ok) {
    await resolveAlerts(scope, regarding, test.work, now);
    const profile = context.profile.emailserverprofileid;
    if (profile) await resolveAlerts(scope, { table: 'emailserverprofile', id: profile }, test.work, now);
    await endProfileAlarm(scope, context.profile, now);
    const earlier =
      test.work === 'incoming' ? await reevaluateEarlier(scope, mailbox, context.profile, now) : undefined;
    const anew = earlier === undefined ? '' : ` All mail received from ${earlier.toISOString()} on is judged anew.`;
    await writeAlert(scope, settings, now, {
      level: 'information',
      code: 'mr_TestSucceeded',
      text: `${what} of ${who} was tested and is enabled.${anew}`,
      regarding,
      regardingOwner: mailbox.ownerid,
      work: test.work,
    });
    return;
  }
  const reply = test.steps.find((step) => !step.ok)?.serverReply;
  await writeAlert(scope, settings, now, {
    level: 'error',
    code: test.code ?? '80040216',
    text: `${what} of ${who} failed its test and is switched off: ${test.message ?? ''} [${test.code ?? ''}] Remove the cause, then run Test & Enable again; nothing is tried before that.`,
    regarding,
    regardingOwner: mailbox.ownerid,
    work: test.work,
    details: reply,
    action: 'testAndEnable',
  });
}

const wordsOf = (work: FlowWork): string => flowColumns[work].words;

/** What waited for the mailbox now waits for its next turn only (OU-04). */
async function releaseWaitingEmails(scope: StoreScope, context: TestSubject): Promise<void> {
  await scope.records.updateWhere(
    'email',
    {
      and: [
        { column: 'sendermailboxid', operator: 'eq', value: idOf(context) },
        { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
        { column: 'postponeemailprocessinguntil', operator: 'null' },
      ],
    },
    { mr_waitingreason: 'Waiting for the next outgoing turn of the mailbox.', mr_nextattempton: context.clock.now() },
  );
}
