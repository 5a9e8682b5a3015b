import { asMailroomError, MailroomError } from '../base/errors.ts';
import { isChosen, refusalOfMailbox } from '../store/flow-refusal.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { Filter } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { RecordState } from '../tables/choices.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { refusedTest } from './test-direction.ts';
import { writeTestResult } from './write-test-result.ts';

/** Mailboxes answered at a time. */
const most = 50;

/**
 * Answers tests of mailboxes that no lease is given for, because they are inactive or have no active profile: the test fails with
 * the cause instead of waiting for ever (TE-03, MB-03, MB-04, EP-01). Returns how many were answered.
 */
export async function answerUntestable(options: SchedulerOptions): Promise<number> {
  const { records } = options.database;
  const page = await records.retrieveMultiple({ table: 'mailbox', filter: isScheduled, limit: most });
  if (page.rows.length === 0) return 0;
  const settings = await readOrganizationSettings(records);
  let answered = 0;
  for (const mailbox of page.rows) {
    const id = mailbox.emailserverprofile?.id;
    const profile = id ? await records.retrieve('emailserverprofile', id) : undefined;
    if (mailbox.statecode !== RecordState.inactive && profile && profile.statecode !== RecordState.inactive) continue;
    const refusal = refusalOfMailbox(mailbox, profile, settings);
    if (refusal === undefined) continue;
    const works = (['incoming', 'outgoing', 'act'] as const).filter((work) => isChosen(mailbox, work));
    const tests = works.map((work) => refusedTest(work, refusal));
    if (await answer(options, { mailbox, profile: profile ?? {}, settings }, tests)) answered += 1;
  }
  return answered;
}

const isScheduled: Filter = { column: 'testemailconfigurationscheduled', operator: 'eq', value: true };

async function answer(
  options: SchedulerOptions,
  parts: Pick<Parameters<typeof writeTestResult>[0], 'mailbox' | 'profile' | 'settings'>,
  tests: Parameters<typeof writeTestResult>[1]['tests'],
): Promise<boolean> {
  const { database, systemUserId, clock } = options;
  const id: RecordOf<'mailbox'>['mailboxid'] = parts.mailbox.mailboxid;
  try {
    await writeTestResult(
      {
        ...parts,
        database,
        systemUserId,
        clock,
        guard: async (scope) => {
          const mine: Filter = { and: [isScheduled, { column: 'mailboxid', operator: 'eq', value: id ?? null }] };
          const held = await scope.records.retrieveMultiple({
            table: 'mailbox',
            columns: ['mailboxid'],
            filter: mine,
            lock: 'skipLocked',
          });
          if (held.rows.length === 0) throw alreadyAnswered;
        },
      },
      { tests, tries: 1, startedOn: clock.now(), nextDueOn: undefined },
    );
    return true;
  } catch (thrown) {
    if (asMailroomError(thrown).code === alreadyAnswered.code) return false;
    throw thrown;
  }
}

const alreadyAnswered = new MailroomError('The test was answered by another worker.', {
  code: 'mr_TestAnswered',
  kind: 'conflict',
});
