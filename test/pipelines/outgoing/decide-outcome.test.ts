import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorKind, MailroomError } from '../../../src/base/errors.ts';
import type { RecipientOutcome } from '../../../src/contracts/mail-sender.ts';
import {
  type AttemptState,
  decideOutcome,
  type OutcomeDecision,
} from '../../../src/pipelines/outgoing/decide-outcome.ts';

const now = new Date('2026-01-01T00:00:00Z');
const inMs = (ms: number): Date => new Date(now.getTime() + ms);
const state = (more: Partial<AttemptState> = {}): AttemptState => ({
  attempts: 0,
  acceptedBefore: 0,
  rejectedBefore: [],
  now,
  patience: { attempts: 10, retryDelayMs: 300_000 },
  ...more,
});

type Fate = RecipientOutcome['outcome'];
const report = (fates: readonly Fate[], retryAfterMs?: number) => ({
  kind: 'report' as const,
  report: {
    recipients: fates.map((outcome, index) => ({ address: `r${index}@example.com`, outcome, reply: `${outcome}!` })),
    serverReply: 'reply',
    retryAfterMs,
  },
});

describe('decideOutcome: reports', () => {
  const rows: readonly [string, readonly Fate[], Partial<AttemptState>, OutcomeDecision['kind']][] = [
    ['OU-10: all accepted', ['accepted', 'accepted'], {}, 'sent'],
    ['OU-12: all rejected', ['rejected'], {}, 'failed'],
    ['OU-12: some rejected', ['accepted', 'rejected'], {}, 'partly'],
    ['OU-11: all deferred', ['deferred'], {}, 'retry'],
    ['OU-11: accepted and deferred', ['accepted', 'deferred'], {}, 'retry'],
    ['OU-11: rejected and deferred', ['rejected', 'deferred'], {}, 'retry'],
    ['OU-11: deferred on the ninth try', ['deferred'], { attempts: 8 }, 'retry'],
    ['OU-12: deferred on the tenth try', ['deferred'], { attempts: 9 }, 'failed'],
    ['OU-12: the last deferred, others had it', ['deferred'], { attempts: 9, acceptedBefore: 1 }, 'partly'],
    ['OU-10: the deferred one accepted at last', ['accepted'], { attempts: 1, acceptedBefore: 1 }, 'sent'],
    ['OU-12: accepted at last, another refused before', ['accepted'], { rejectedBefore: ['x@example.com'] }, 'partly'],
    ['OU-12: rejected after others had it', ['rejected'], { acceptedBefore: 2 }, 'partly'],
    ['OU-10: nobody left to send to, all had it', [], { acceptedBefore: 2 }, 'sent'],
  ];
  for (const [name, fates, more, kind] of rows) {
    it(name, () => {
      const decision = decideOutcome(state(more), report(fates));
      assert.equal(decision.kind, kind);
      assert.equal(decision.attempts, (more.attempts ?? 0) + 1);
      assert.equal(decision.nextAttemptOn === undefined, kind !== 'retry');
      assert.equal(decision.reason === '', kind === 'sent');
    });
  }

  it('PAIN-11: one recipient of unknown fate makes the email uncertain, whatever became of the others', () => {
    for (const others of [['accepted'], ['deferred'], ['rejected', 'accepted', 'deferred']] as const) {
      const decision = decideOutcome(state(), report([...others, 'uncertain']));
      assert.deepEqual([decision.kind, decision.attempts, decision.nextAttemptOn], ['uncertain', 1, undefined]);
      assert.match(decision.reason, new RegExp(`r${others.length}@example.com`));
    }
  });

  it('SC-13: the server’s delay counts when longer than five minutes', () => {
    assert.deepEqual(decideOutcome(state(), report(['deferred'], 600_000)).nextAttemptOn, inMs(600_000));
    assert.deepEqual(decideOutcome(state(), report(['deferred'], 1000)).nextAttemptOn, inMs(300_000));
  });

  it('OU-11: the organisation says how often and after how long it is tried again', () => {
    const patience = { attempts: 2, retryDelayMs: 60_000 };
    assert.deepEqual(decideOutcome(state({ patience }), report(['deferred'])).nextAttemptOn, inMs(60_000));
    assert.equal(decideOutcome(state({ patience, attempts: 1 }), report(['deferred'])).kind, 'failed');
  });

  it('AL-21: the reason names the address and the server’s words', () => {
    const { reason } = decideOutcome(state(), report(['accepted', 'rejected']));
    assert.equal(reason, 'The server refused r1@example.com: "rejected!".');
  });
});

describe('decideOutcome: errors', () => {
  const rows: Readonly<Record<ErrorKind, readonly [OutcomeDecision['kind'], boolean, number]>> = {
    transient: ['retry', true, 1],
    throttled: ['hold', true, 0],
    credentials: ['hold', true, 0],
    configuration: ['hold', true, 0],
    conflict: ['hold', true, 0],
    notFound: ['hold', true, 0],
    item: ['failed', false, 1],
    internal: ['retry', false, 1],
  };
  for (const [kind, [expected, flowTrouble, attempts]] of Object.entries(rows)) {
    it(`OU-11 to OU-13: an error of kind ${kind} means ${expected}`, () => {
      const error = new MailroomError('No.', { code: 'x', kind: kind as ErrorKind });
      const decision = decideOutcome(state(), { kind: 'error', error, calledOff: false });
      assert.deepEqual([decision.kind, decision.flowTrouble, decision.attempts], [expected, flowTrouble, attempts]);
    });
    it(`PAIN-11: an uncertain error of kind ${kind} is never tried again`, () => {
      const error = new MailroomError('No.', { code: 'x', kind: kind as ErrorKind, uncertain: true });
      for (const calledOff of [false, true]) {
        assert.equal(decideOutcome(state(), { kind: 'error', error, calledOff }).kind, 'uncertain');
      }
    });
    it(`OU-19: called off by ourselves with kind ${kind}: back to Pending Send, uncounted`, () => {
      const error = new MailroomError('No.', { code: 'x', kind: kind as ErrorKind });
      const decision = decideOutcome(state(), { kind: 'error', error, calledOff: true });
      assert.deepEqual([decision.kind, decision.attempts, decision.flowTrouble], ['hold', 0, false]);
    });
  }

  it('OU-12: the tenth broken connection is the last', () => {
    const error = new MailroomError('Broken.', { code: 'x', kind: 'transient' });
    const result = { kind: 'error' as const, error, calledOff: false };
    assert.equal(decideOutcome(state({ attempts: 9 }), result).kind, 'failed');
    assert.equal(decideOutcome(state({ attempts: 9, acceptedBefore: 1 }), result).kind, 'partly');
  });

  it('SC-13, PAIN-13: throttled waits as long as the server says', () => {
    const error = new MailroomError('Slow.', { code: 'x', kind: 'throttled', retryAfterMs: 3_600_000 });
    const decision = decideOutcome(state(), { kind: 'error', error, calledOff: false });
    assert.deepEqual(decision.nextAttemptOn, inMs(3_600_000));
  });
});
