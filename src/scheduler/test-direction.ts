import { asMailroomError, MailroomError } from '../base/errors.ts';
import type { CheckStep, Connector } from '../contracts/connector.ts';
import { composeTestMessage } from '../pipelines/outgoing/compose-test-message.ts';
import { claimMailbox } from '../pipelines/synchronization/act-claim-check.ts';
import type { TurnContext } from '../pipelines/turn.ts';
import type { FlowRefusal } from '../store/flow-refusal.ts';
import type { FlowWork } from './flow-columns.ts';

/** What the test of one direction showed. */
export interface DirectionTest {
  readonly work: FlowWork;
  readonly ok: boolean;
  /** True when trying again later may help (TE-07). */
  readonly isTransient: boolean;
  readonly steps: readonly CheckStep[];
  /** Code and cause of a failure. */
  readonly code?: string;
  readonly message?: string;
}

/** A direction whose mailbox may not be worked on at all: nothing is connected to (TE-03). */
export function refusedTest(work: FlowWork, refusal: FlowRefusal): DirectionTest {
  const steps = [{ name: 'validate', ok: false, detail: refusal.message }];
  return { work, ok: false, isTransient: false, steps, ...refusal };
}

const validated: CheckStep = { name: 'validate', ok: true, detail: 'Settings and approval are in order.' };

/** Connects, signs in and opens the mailbox for reading; nothing is fetched or deleted (TE-03). */
export function testIncoming(context: TurnContext): Promise<DirectionTest> {
  return testWith(context, 'incoming', async (connector) => {
    if (connector.retriever !== undefined) return [];
    throw new MailroomError('The profile has no way to read mail. Choose one with an incoming server.', {
      code: '8005E224',
      kind: 'configuration',
    });
  });
}

/** Connects, signs in and sends the test message to the mailbox's own address (TE-03, TE-04). */
export function testOutgoing(context: TurnContext, unique: string): Promise<DirectionTest> {
  return testWith(context, 'outgoing', async (connector) => {
    const address = context.mailbox.emailaddress ?? '';
    if (connector.sender === undefined) {
      throw new MailroomError('The profile has no way to send mail. Choose one with an outgoing server.', {
        code: '8005E226',
        kind: 'configuration',
      });
    }
    const mail = composeTestMessage(address, unique, context.clock.now());
    const report = await connector.sender.send(mail, context.signal);
    const fate = report.recipients[0];
    if (fate?.outcome === 'accepted') {
      return [
        { name: 'send', ok: true, detail: `The server took a test message to ${address}.`, serverReply: fate.reply },
      ];
    }
    throw new MailroomError(
      `The server did not take a test message to ${address}: "${fate?.reply ?? report.serverReply}".`,
      {
        code: fate?.outcome === 'deferred' ? 'mr_RecipientDeferred' : 'mr_RecipientRejected',
        kind: fate?.outcome === 'deferred' ? 'transient' : 'configuration',
        serverReply: fate?.reply ?? report.serverReply,
      },
    );
  });
}

/** Connects, opens calendar, contacts and tasks, and says in the mailbox that this organisation synchronises it (TE-03, TE-13, TE-14). */
export function testAct(context: TurnContext): Promise<DirectionTest> {
  return testWith(context, 'act', async (connector) => {
    const { act } = connector;
    if (act === undefined) {
      throw new MailroomError(
        `Profile "${context.profile.name ?? ''}" carries mail only. Set the delivery method of appointments, contacts and tasks to None.`,
        { code: '8005E247', kind: 'configuration' },
      );
    }
    const counts = await act.counts(context.signal);
    await claimMailbox(act, context.mailbox, context.settings, context.clock.now(), context.signal);
    const detail = `Calendar (${counts.calendar} items), contacts (${counts.contacts}) and tasks (${counts.tasks}) are open.`;
    return [
      { name: 'open', ok: true, detail },
      { name: 'claim', ok: true, detail: 'The mailbox is synchronised by this organisation.' },
    ];
  });
}

async function testWith(
  context: TurnContext,
  work: FlowWork,
  probe: (connector: Connector) => Promise<readonly CheckStep[]>,
): Promise<DirectionTest> {
  const steps: CheckStep[] = [validated];
  let connector: Connector | undefined;
  try {
    connector = await context.connect(work === 'outgoing' ? 'outgoing' : 'incoming', context.signal);
    steps.push(...connector.steps);
    steps.push(...(await probe(connector)));
    return { work, ok: true, isTransient: false, steps };
  } catch (thrown) {
    const error = asMailroomError(thrown);
    const name = connector === undefined ? 'connect' : work === 'outgoing' ? 'send' : 'open';
    steps.push({ name, ok: false, detail: error.message, serverReply: error.serverReply });
    const isTransient = ['transient', 'throttled', 'internal', 'conflict'].includes(error.kind) && !error.uncertain;
    return { work, ok: false, isTransient, steps, code: error.code, message: error.message };
  } finally {
    await connector?.close().catch(() => connector?.abort());
  }
}
