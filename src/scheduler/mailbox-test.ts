import { randomUUID } from 'node:crypto';
import type { RunTurn, TurnContext, TurnOutcome } from '../pipelines/turn.ts';
import { isChosen, refusalOfMailbox } from '../store/flow-refusal.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { MailboxStatus } from '../tables/choices.ts';
import { type FlowWork, flowColumns } from './flow-columns.ts';
import { type DirectionTest, refusedTest, testAct, testIncoming, testOutgoing } from './test-direction.ts';
import { type TestSubject, writeTestResult } from './write-test-result.ts';

/** Tries of a test that meets transient trouble (TE-07; our choice). */
export const mostTestTries = 3;

/** Time between two tries, milliseconds (ST-81; our choice). */
export const testRetryMs = 60_000;

const nothingDone: TurnOutcome = { itemsProcessed: 0, itemsFailed: 0, more: false };

/** Makes the test turn with its source of unique ids. */
export function createTestTurn(randomId: () => string): RunTurn {
  return async (context) => {
    const tries = (context.mailbox.testemailconfigurationretrycount ?? 0) + 1;
    const startedOn = context.clock.now();
    const tests = await testAll(context, tries, randomId);
    if (context.signal.aborted) return { ...nothingDone, nextDueOn: context.clock.now() };
    const again = tries < mostTestTries && tests.some((test) => !test.ok && test.isTransient);
    const nextDueOn = again ? new Date(context.clock.now().getTime() + testRetryMs) : undefined;
    const { lease } = context;
    const guard: TestSubject['guard'] = (scope) => scope.assertLease(lease.mailboxid, lease.work, lease.token);
    await writeTestResult({ ...context, guard }, { tests, tries, startedOn, nextDueOn });
    return { ...nothingDone, itemsProcessed: tests.length, nextDueOn };
  };
}

/**
 * Test & Enable of one mailbox (TE-01 to TE-10): checks the settings, tries each chosen direction on its server, sends a message
 * to the mailbox itself, and writes statuses, switches, steps and alerts. Transient trouble is tried again, up to three times.
 */
export const runTestTurn: RunTurn = createTestTurn(randomUUID);

async function testAll(context: TurnContext, tries: number, randomId: () => string): Promise<readonly DirectionTest[]> {
  const { mailbox, settings } = context;
  const flows: readonly FlowWork[] = ['incoming', 'outgoing', 'act'];
  const chosen = flows.filter((work) => isChosen(mailbox, work) && !isSettled(mailbox, work, tries));
  const profile = context.profile.emailserverprofileid ? context.profile : undefined;
  const refusal = refusalOfMailbox(mailbox, profile, settings);
  if (refusal !== undefined) return chosen.map((work) => refusedTest(work, refusal));
  const tests: DirectionTest[] = [];
  for (const work of chosen) {
    if (work === 'incoming') tests.push(await testIncoming(context));
    else if (work === 'outgoing') tests.push(await testOutgoing(context, randomId()));
    else tests.push(await testAct(context));
  }
  return tests;
}

/** On a later try, a direction that passed is not tested (nor a message sent) again. */
function isSettled(mailbox: RecordOf<'mailbox'>, work: FlowWork, tries: number): boolean {
  const names = flowColumns[work];
  return tries > 1 && mailbox[names.enabled] === true && mailbox[names.status] === MailboxStatus.success;
}
