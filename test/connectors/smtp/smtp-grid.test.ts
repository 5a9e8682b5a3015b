import assert from 'node:assert/strict';
import test from 'node:test';
import { asMailroomError } from '../../../src/base/errors.ts';
import { smtpOpener } from '../../../src/connectors/smtp/open-smtp.ts';
import {
  decideOutcome,
  type OutcomeDecision,
  type SendResult,
} from '../../../src/pipelines/outgoing/decide-outcome.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';
import { type Misdeed, type SmtpMoment, startMisbehavingSmtp } from '../../../testbed/servers/smtp-misbehaving.ts';
import { HeldClock } from './held-clock.ts';
import { loopback, mailTo, never } from './smtp-fixtures.ts';

type Does = Misdeed['does'];
/** Either `kind code` of the error thrown (`!` behind: uncertain), or the outcomes of both recipients. */
type Expected = string;

const say = (reply: string): Does => ({ reply });
/** What becomes of the email: states of chapter OU. */
const sent = 'Sent';
const partly = 'Sent, not to all';
const again = 'Pending Send, tried again';
const held = 'Pending Send, uncounted: the mailbox waits or stops';
const failed = 'Failed';
const unknown = 'Failed, uncertain';
const dropped = 'transient mr_SmtpDisconnected';
const late = 'transient mr_SmtpTimeout';

/** Stage, what the server does there, whether it acts first, what the sender must tell of it, and what becomes of the email. */
const grid: readonly (readonly [SmtpMoment, Does, boolean, Expected, string])[] = [
  ['GREETING', say('250 hello'), false, 'configuration mr_SmtpSyntax', held],
  ['GREETING', say('* OK IMAP4rev1 ready'), false, 'configuration mr_SmtpSyntax', held],
  ['GREETING', say('+OK POP3 ready'), false, 'configuration mr_SmtpSyntax', held],
  ['GREETING', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', held],
  ['GREETING', say('421 4.7.0 too many connections'), false, 'throttled mr_SmtpThrottled', held],
  ['GREETING', say('450 4.3.2 busy'), false, 'transient 8005E227', held],
  ['GREETING', say('554 5.7.1 no service for you'), false, 'configuration 8005E227', held],
  ['GREETING', 'silence', false, late, held],
  ['GREETING', 'reset', false, dropped, held],
  ['GREETING', 'close', false, dropped, held],

  ['EHLO', say('354 what'), false, 'accepted accepted', sent],
  ['EHLO', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', held],
  ['EHLO', say('451 4.3.0 later'), false, 'accepted accepted', sent],
  ['EHLO', say('502 5.5.1 no EHLO'), false, 'accepted accepted', sent],
  ['EHLO', 'silence', false, late, held],
  ['EHLO', 'reset', false, dropped, held],
  ['EHLO', 'close', false, dropped, held],

  ['STARTTLS', say('354 what'), false, 'configuration mr_SmtpTlsUnavailable', held],
  ['STARTTLS', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', held],
  ['STARTTLS', say('454 4.7.0 TLS not available'), false, 'transient mr_SmtpTlsUnavailable', held],
  ['STARTTLS', say('502 5.5.1 no TLS'), false, 'configuration mr_SmtpTlsUnavailable', held],
  ['STARTTLS', 'silence', false, late, held],
  ['STARTTLS', 'reset', false, dropped, held],
  ['STARTTLS', 'close', false, dropped, held],

  ['AUTH', say('250 fine'), false, 'accepted accepted', sent],
  ['AUTH', say('354 what'), false, 'transient mr_SmtpProtocol', held],
  ['AUTH', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', held],
  ['AUTH', say('454 4.7.0 directory is away'), false, 'transient mr_SmtpSignInUnavailable', held],
  ['AUTH', say('454 4.7.0 too many login attempts'), false, 'throttled mr_SmtpThrottled', held],
  [
    'AUTH',
    say('432 4.7.12 password transition is needed'),
    false,
    'credentials OutgoingEmailAuthenticationError',
    held,
  ],
  ['AUTH', say('535 5.7.8 wrong password'), false, 'credentials OutgoingEmailAuthenticationError', held],
  ['AUTH', say('534 5.7.9 mechanism too weak'), false, 'credentials OutgoingEmailAuthenticationError', held],
  ['AUTH', say('538 5.7.11 encryption required'), false, 'configuration mr_SmtpNoSignIn', held],
  ['AUTH', say('503 5.5.1 not now'), false, 'configuration mr_SmtpNoSignIn', held],
  ['AUTH', 'silence', false, late, held],
  ['AUTH', 'reset', false, dropped, held],
  ['AUTH', 'close', false, dropped, held],

  ['MAIL', say('251 fine'), true, 'accepted accepted', sent],
  ['MAIL', say('354 what'), false, 'transient mr_SmtpProtocol', again],
  ['MAIL', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', again],
  ['MAIL', say('450 4.1.8 sender domain unknown now'), false, 'deferred deferred', again],
  ['MAIL', say('550 5.1.8 sender domain unknown'), false, 'rejected rejected', failed],
  ['MAIL', say('552 5.3.4 message too big'), false, 'item 8005E237', failed],
  ['MAIL', say('530 5.7.0 authentication required'), false, 'configuration mr_SmtpSignInRequired', held],
  ['MAIL', say('530 5.7.0 must issue a STARTTLS command first'), false, 'configuration mr_SmtpTlsRequired', held],
  ['MAIL', say('503 5.5.1 bad sequence'), false, 'configuration mr_SmtpSyntax', held],
  [
    'MAIL',
    say('550 5.7.60 client does not have permissions to send as this sender'),
    false,
    'item ErrorSendAsDenied',
    failed,
  ],
  ['MAIL', say('550 5.4.5 daily user sending limit exceeded'), false, 'throttled ErrorSubmissionQuotaExceeded', held],
  ['MAIL', 'silence', false, late, again],
  ['MAIL', 'reset', false, dropped, again],
  ['MAIL', 'close', false, dropped, again],

  ['RCPT', say('251 will forward'), true, 'accepted accepted', sent],
  ['RCPT', say('354 what'), false, 'deferred accepted', again],
  ['RCPT', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', again],
  ['RCPT', say('450 4.2.0 greylisted'), false, 'deferred accepted', again],
  ['RCPT', say('451 4.3.0 local error'), false, 'deferred accepted', again],
  ['RCPT', say('550 5.1.1 no such user'), false, 'rejected accepted', partly],
  ['RCPT', say('552 5.5.3 too many recipients'), false, 'accepted accepted', sent],
  ['RCPT', say('452 4.5.3 too many recipients'), false, 'accepted accepted', sent],
  ['RCPT', say('452 4.3.1 no space'), false, 'deferred accepted', again],
  ['RCPT', say('454 4.7.1 sending rate limit exceeded'), false, 'deferred accepted', again],
  ['RCPT', 'silence', false, late, again],
  ['RCPT', 'reset', false, dropped, again],
  ['RCPT', 'close', false, dropped, again],

  ['DATA', say('250 fine'), false, 'transient mr_SmtpProtocol', again],
  ['DATA', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', again],
  ['DATA', say('451 4.3.0 later'), false, 'deferred deferred', again],
  ['DATA', say('554 5.5.1 no valid recipients'), false, 'rejected rejected', failed],
  ['DATA', 'silence', false, late, again],
  ['DATA', 'reset', false, dropped, again],
  ['DATA', 'close', false, dropped, again],

  ['DOT', say('251 fine'), true, 'accepted accepted', sent],
  ['DOT', say('354 what'), false, 'transient mr_SmtpProtocol!', unknown],
  ['DOT', say('xyz'), true, 'transient mr_SmtpProtocol!', unknown],
  ['DOT', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing', again],
  ['DOT', say('451 4.3.0 later'), false, 'deferred deferred', again],
  ['DOT', say('452 4.3.1 no space'), false, 'deferred deferred', again],
  ['DOT', say('554 5.7.1 spam'), false, 'rejected rejected', failed],
  ['DOT', say('552 5.3.4 message exceeds fixed limit'), false, 'item 8005E237', failed],
  ['DOT', say('552 5.2.2 mailbox full'), false, 'rejected rejected', failed],
  ['DOT', 'silence', false, `${late}!`, unknown],
  ['DOT', 'silence', true, `${late}!`, unknown],
  ['DOT', 'reset', false, `${dropped}!`, unknown],
  ['DOT', 'reset', true, `${dropped}!`, unknown],
  ['DOT', 'close', false, `${dropped}!`, unknown],
  ['DOT', 'close', true, `${dropped}!`, unknown],
];

const { keyPem, certPem } = selfSigned();

async function resultOf(misdeed: Misdeed, pipelining: boolean): Promise<SendResult> {
  const clock = new HeldClock();
  const secure = misdeed.at === 'STARTTLS';
  const signIn = misdeed.at === 'AUTH' ? ({ kind: 'password', username: 'u', password: 'secret' } as const) : undefined;
  const server = await startMisbehavingSmtp({
    misdeeds: [misdeed],
    extensions: ['SIZE 1000000', 'AUTH PLAIN', ...(pipelining ? ['PIPELINING'] : [])],
    ...(secure ? { tls: { keyPem, certPem } } : {}),
    onMisdeed: (done) => {
      if (done.does === 'silence') clock.letGo();
    },
  });
  let isOpen = false;
  try {
    const security = secure ? ('starttls' as const) : ('none' as const);
    const endpoint = loopback(server.port, { security, caPem: certPem, ...(signIn === undefined ? {} : { signIn }) });
    const connector = await smtpOpener(clock)(endpoint, never);
    isOpen = true;
    try {
      assert.ok(connector.sender);
      return { kind: 'report', report: await connector.sender.send(mailTo('b@example.com', 'c@example.com'), never) };
    } finally {
      connector.abort();
    }
  } catch (thrown) {
    // No email is touched before the connection stands.
    return { kind: 'error', error: asMailroomError(thrown), calledOff: !isOpen };
  } finally {
    await server.stop();
  }
}

function inWords(result: SendResult): string {
  if (result.kind === 'report') return result.report.recipients.map((one) => one.outcome).join(' ');
  const { kind, code, uncertain } = result.error;
  return `${kind} ${code}${uncertain ? '!' : ''}`;
}

const fates: Readonly<Record<OutcomeDecision['kind'], string>> = {
  sent,
  partly,
  retry: again,
  hold: held,
  failed,
  uncertain: unknown,
};

function fateOf(result: SendResult): string {
  const now = new Date();
  const patience = { attempts: 10, retryDelayMs: 300_000 };
  return fates[decideOutcome({ attempts: 0, acceptedBefore: 0, rejectedBefore: [], now, patience }, result).kind];
}

for (const pipelining of [true, false]) {
  test(`OU-10 to OU-13, EC-08 to EC-31: every stage and kind of reply, ${pipelining ? 'with' : 'without'} PIPELINING`, async (t) => {
    for (const [at, does, acts, expected, fate] of grid) {
      const what = typeof does === 'string' ? does : String(does.reply);
      await t.test(`${at} ${acts ? 'acts, then ' : ''}${what}: ${expected}, ${fate}`, async () => {
        const nth = at === 'RCPT' || at === 'GREETING' ? { nth: 1 } : {};
        const result = await resultOf({ at, does, acts, ...nth }, pipelining);
        assert.deepEqual([inWords(result), fateOf(result)], [expected, fate]);
      });
    }
  });
}
