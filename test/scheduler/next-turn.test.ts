import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import type { TurnOutcome } from '../../src/pipelines/turn.ts';
import { nextTurn, type TurnFacts } from '../../src/scheduler/next-turn.ts';

const endedOn = new Date('2026-01-01T00:00:00Z');
const seconds = (count: number): Date => new Date(endedOn.getTime() + count * 1000);
const idle: TurnOutcome = { itemsProcessed: 0, itemsFailed: 0, more: false };
const busy: TurnOutcome = { itemsProcessed: 3, itemsFailed: 0, more: false };
const facts = (more: Partial<TurnFacts> = {}): TurnFacts => ({
  work: 'incoming',
  outcome: idle,
  reaction: { kind: 'carryOn' },
  endedOn,
  emptyTurns: 0,
  settings: { incomingIntervalSeconds: 300, outgoingIntervalSeconds: 300 },
  minPollingIntervalInMinutes: 0,
  ...more,
});

describe('nextTurn', () => {
  it('SC-02: incoming follows five minutes after the end', () =>
    assert.deepEqual(nextTurn(facts({ outcome: busy })), { dueOn: seconds(300), emptyTurns: 0 }));
  it('SC-03: outgoing looks every five minutes, idle or not', () => {
    assert.deepEqual(nextTurn(facts({ work: 'outgoing' })).dueOn, seconds(300));
    assert.deepEqual(nextTurn(facts({ work: 'outgoing', emptyTurns: 50 })).dueOn, seconds(300));
  });
  it('SC-04: ACT follows after 2 minutes busy, 5 normal, 12 idle', () => {
    const act = (emptyTurns: number, outcome = idle) => nextTurn(facts({ work: 'act', emptyTurns, outcome })).dueOn;
    assert.deepEqual(act(7, busy), seconds(120));
    assert.deepEqual(act(0), seconds(300));
    assert.deepEqual(act(1), seconds(720));
  });
  it('a mailbox whose server tells of new mail is looked at more seldom, but where folders are read of which it does not tell', () => {
    const heard = (more: Partial<TurnFacts>) => nextTurn(facts({ heardIntervalSeconds: 900, ...more })).dueOn;
    assert.deepEqual(heard({}), seconds(900));
    assert.deepEqual(heard({ outcome: busy }), seconds(900));
    assert.deepEqual(heard({ outcome: { ...idle, readsFolders: true } }), seconds(300));
    assert.deepEqual(heard({ outcome: { ...busy, more: true } }), endedOn);
    assert.deepEqual(heard({ outcome: { ...idle, nextDueOn: seconds(60) } }), seconds(60), 'a message is tried again');
    assert.deepEqual(heard({ reaction: { kind: 'postpone', until: seconds(400), failures: 1 } }), seconds(400));
    assert.deepEqual(heard({ work: 'outgoing' }), seconds(300));
    assert.deepEqual(heard({ heardIntervalSeconds: 0 }), seconds(300), '0 looks as at any other');
    const seldom = { incomingIntervalSeconds: 3600, outgoingIntervalSeconds: 300 };
    assert.deepEqual(heard({ settings: seldom }), seconds(3600));
  });
  it('SC-07: an idle mailbox backs off: doubled with each empty turn, capped; any item resets', () => {
    const waits = [0, 1, 2, 3, 40].map((emptyTurns) => nextTurn(facts({ emptyTurns })));
    assert.deepEqual(
      waits.map((next) => next.dueOn),
      [300, 600, 720, 720, 720].map(seconds),
    );
    assert.deepEqual(
      waits.map((next) => next.emptyTurns),
      [1, 2, 3, 4, 41],
    );
    assert.deepEqual(nextTurn(facts({ emptyTurns: 40, outcome: busy })), { dueOn: seconds(300), emptyTurns: 0 });
  });
  it('SC-08: what is left is taken at once', () =>
    assert.deepEqual(nextTurn(facts({ outcome: { ...busy, more: true } })).dueOn, endedOn));
  it('EP-17: the profile’s floor holds', () => {
    assert.deepEqual(nextTurn(facts({ minPollingIntervalInMinutes: 30 })).dueOn, seconds(1800));
    assert.deepEqual(nextTurn(facts({ minPollingIntervalInMinutes: 1 })).dueOn, seconds(300));
  });
  it('OU-11: a deferred email brings the turn forward to its time, not before now', () => {
    const early = { ...busy, nextDueOn: seconds(60) };
    assert.deepEqual(nextTurn(facts({ work: 'outgoing', outcome: early })).dueOn, seconds(60));
    const past = { ...busy, nextDueOn: seconds(-60) };
    assert.deepEqual(nextTurn(facts({ work: 'outgoing', outcome: past })).dueOn, endedOn);
    const late = { ...busy, nextDueOn: seconds(9000) };
    assert.deepEqual(nextTurn(facts({ work: 'outgoing', outcome: late })).dueOn, seconds(300));
  });
  it('SC-10: a postponed flow is due when its wait is over, and stays as idle as it was', () => {
    const error = new MailroomError('No.', { code: 'x', kind: 'transient' });
    const reaction = { kind: 'postpone' as const, until: seconds(300), failures: 1 };
    const next = nextTurn(facts({ reaction, outcome: { ...idle, error }, emptyTurns: 4 }));
    assert.deepEqual(next, { dueOn: seconds(300), emptyTurns: 4 });
  });
  it('SC-11: a disabled flow is off the schedule', () =>
    assert.equal(nextTurn(facts({ reaction: { kind: 'disable', failures: 0 } })).dueOn, null));
  it('TE-07: a test runs once, or again when it asks for it', () => {
    assert.equal(nextTurn(facts({ work: 'test' })).dueOn, null);
    const again = { ...idle, nextDueOn: seconds(60) };
    assert.deepEqual(nextTurn(facts({ work: 'test', outcome: again })).dueOn, seconds(60));
  });
});
