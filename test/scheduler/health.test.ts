import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorKind, MailroomError } from '../../src/base/errors.ts';
import { isProfileTrouble, mostTransientFailures, type Reaction, reactTo } from '../../src/scheduler/health.ts';

const endedOn = new Date('2026-01-01T00:00:00Z');
const error = (kind: ErrorKind, more: { code?: string; retryAfterMs?: number } = {}) =>
  new MailroomError('No.', { code: more.code ?? 'x', kind, retryAfterMs: more.retryAfterMs });
const inMs = (ms: number): Date => new Date(endedOn.getTime() + ms);

describe('reactTo', () => {
  it('SC-12: no error, nothing to do', () => assert.deepEqual(reactTo(undefined, 3, endedOn), { kind: 'carryOn' }));

  const fresh: Readonly<Record<ErrorKind, Reaction>> = {
    transient: { kind: 'postpone', until: inMs(300_000), failures: 1 },
    throttled: { kind: 'postpone', until: inMs(300_000), failures: 0 },
    credentials: { kind: 'disable', failures: 0 },
    configuration: { kind: 'disable', failures: 0 },
    conflict: { kind: 'postpone', until: inMs(300_000), failures: 1 },
    notFound: { kind: 'disable', failures: 0 },
    item: { kind: 'note' },
    internal: { kind: 'postpone', until: inMs(300_000), failures: 1 },
  };
  const tenth: Readonly<Record<ErrorKind, Reaction['kind']>> = {
    transient: 'disable',
    throttled: 'postpone',
    credentials: 'disable',
    configuration: 'disable',
    conflict: 'disable',
    notFound: 'disable',
    item: 'note',
    internal: 'disable',
  };
  for (const kind of Object.keys(fresh) as ErrorKind[]) {
    it(`SC-10, SC-11: first error of kind ${kind}`, () =>
      assert.deepEqual(reactTo(error(kind), 0, endedOn), fresh[kind]));
    it(`SC-10, AL-03: tenth in a row of kind ${kind}`, () =>
      assert.equal(reactTo(error(kind), mostTransientFailures - 1, endedOn).kind, tenth[kind]));
  }

  it('SC-13: the server’s delay counts when longer than five minutes', () => {
    for (const kind of ['transient', 'throttled'] as const) {
      const longer = reactTo(error(kind, { retryAfterMs: 900_000 }), 0, endedOn);
      const shorter = reactTo(error(kind, { retryAfterMs: 1000 }), 0, endedOn);
      assert.deepEqual(longer.kind === 'postpone' && longer.until, inMs(900_000));
      assert.deepEqual(shorter.kind === 'postpone' && shorter.until, inMs(300_000));
    }
  });

  it('PAIN-13: throttled is not failed, however often', () => {
    const reaction = reactTo(error('throttled'), 9, endedOn);
    assert.deepEqual(reaction.kind === 'postpone' && reaction.failures, 9);
  });

  it('AR-12: a lost lease is nobody’s failure', () =>
    assert.deepEqual(reactTo(error('conflict', { code: 'mr_LeaseLost' }), 0, endedOn), { kind: 'lost' }));
});

describe('isProfileTrouble', () => {
  it('SC-17: host, certificate and other settings are the profile’s', () => {
    assert.equal(isProfileTrouble(error('configuration', { code: '8005E218' }), false), true);
    assert.equal(isProfileTrouble(error('configuration', { code: '8005E23A' }), false), true);
    assert.equal(isProfileTrouble(error('configuration', { code: '8005E209' }), false), false);
    assert.equal(isProfileTrouble(error('transient'), true), false);
  });
  it('AL-04: a refused sign-in is the profile’s only where the credentials are', () => {
    assert.equal(isProfileTrouble(error('credentials'), true), true);
    assert.equal(isProfileTrouble(error('credentials'), false), false);
  });
});
