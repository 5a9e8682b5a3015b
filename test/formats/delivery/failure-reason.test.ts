import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureReason, isHardFailure } from '../../../src/formats/delivery/failure-reason.ts';

const cases: readonly (readonly [string, string, string, boolean])[] = [
  [
    '5.1.1',
    '550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table',
    'userUnknown',
    true,
  ],
  [
    '5.1.10',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    'userUnknown',
    true,
  ],
  ['5.5.0', '550 Requested action not taken: mailbox unavailable', 'userUnknown', true],
  [
    '',
    'Host or domain name not found. Name service error for name=b.example type=MX: Host not found',
    'hostUnknown',
    true,
  ],
  ['5.1.6', '550 5.1.6 Recipient no longer at this address', 'moved', true],
  ['', '556 the domain b.example does not accept mail (nullMX)', 'takesNoMail', true],
  ['5.2.2', '552 5.2.2 The email account that you tried to reach is over quota', 'mailboxFull', false],
  ['5.2.1', '550 5.2.1 The email account that you tried to reach is disabled.', 'disabled', false],
  ['5.3.4', '552 5.3.4 Message size exceeds fixed limit', 'tooLarge', false],
  [
    '5.7.26',
    "550-5.7.26 Unauthenticated email from a.example is not accepted due to domain's DMARC policy",
    'authentication',
    false,
  ],
  ['5.7.1', '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org', 'blocked', false],
  ['5.7.1', '550 5.7.1 Our system has detected that this message is likely unsolicited mail', 'spam', false],
  ['5.7.1', '554 5.7.1 <a@b.example>: Relay access denied', 'relaying', false],
  ['4.4.1', 'connect to mx.b.example[192.0.2.1]:25: Connection timed out', 'expired', false],
  ['4.7.0', '421 4.7.0 Too many connections from your host', 'rateLimit', false],
  ['5.1.8', '550 5.1.8 Sender address rejected: Domain not found', 'rejected', false],
  ['', '', 'unknown', false],
];

describe('reasons of failed deliveries', () => {
  for (const [status, text, reason, hard] of cases) {
    it(`UD-04: ${reason}: ${text.slice(0, 60)}`, () => {
      const said = failureReason({ status, reply: text.slice(0, 3), text });
      assert.equal(said, reason);
      assert.equal(isHardFailure(said), hard);
    });
  }
});
