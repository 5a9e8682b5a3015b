import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ewsError, httpError } from '../../../src/connectors/exchange/soap/ews-errors.ts';
import { reactTo } from '../../../src/scheduler/health.ts';

const endedOn = new Date('2026-03-01T12:00:00Z');

/** Rule, what Exchange says, what the flow does, and what the reader is told to do. */
const answers: readonly (readonly [string, string, 'postpone' | 'disable' | 'note', RegExp])[] = [
  ['EC-13', 'ErrorInternalServerTransientError', 'postpone', /refused FindItem/],
  ['EC-13', 'ErrorServerBusy', 'postpone', /refused FindItem/],
  ['EC-14', 'ErrorMailboxStoreUnavailable', 'postpone', /refused FindItem/],
  ['EC-16', 'ErrorQuotaExceeded', 'disable', /make room/],
  ['EC-17', 'ErrorSubmissionQuotaExceeded', 'postpone', /refused FindItem/],
  ['EC-18', 'ErrorInvalidLicense', 'disable', /no valid Exchange licence/],
  ['EC-19', 'ErrorNonExistentMailbox', 'disable', /Check the email address/],
  ['EC-20', 'ErrorImpersonateUserDenied', 'disable', /ApplicationImpersonation/],
  ['EC-21', 'ErrorSendAsDenied', 'note', /refused FindItem/],
  ['EC-26', 'ErrorTimeZone', 'note', /refused FindItem/],
];

for (const [rule, code, reaction, advice] of answers)
  test(`${rule}: after ${code} the flow does "${reaction}"`, () => {
    const error = ewsError('mail.example', 'FindItem', code, 'words of the server');
    assert.equal(reactTo(error, 0, endedOn).kind, reaction);
    assert.match(error.message, advice);
    assert.match(error.message, /words of the server/);
    assert.equal(error.serverReply, `${code}: words of the server`);
  });

test('EC-11, EC-12: 401 and 403 switch the flow off; EC-13: 503 and 429 wait as long as the server says', () => {
  for (const status of [401, 403])
    assert.equal(reactTo(httpError('mail.example', status, undefined), 0, endedOn).kind, 'disable');
  for (const status of [429, 503]) {
    const reaction = reactTo(httpError('mail.example', status, '900'), 3, endedOn);
    assert.deepEqual(reaction, { kind: 'postpone', until: new Date(endedOn.getTime() + 900_000), failures: 3 });
  }
});

test('EC-05: a flow whose tries are used up is off until it is tested', () => {
  const error = ewsError('mail.example', 'FindItem', 'ErrorTimeoutExpired', '');
  assert.equal(reactTo(error, 8, endedOn).kind, 'postpone');
  assert.deepEqual(reactTo(error, 9, endedOn), { kind: 'disable', failures: 10 });
});
