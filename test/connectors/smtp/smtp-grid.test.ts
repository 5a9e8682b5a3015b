import assert from 'node:assert/strict';
import test from 'node:test';
import { asMailroomError } from '../../../src/base/errors.ts';
import { smtpOpener } from '../../../src/connectors/smtp/open-smtp.ts';
import type { SendReport } from '../../../src/contracts/mail-sender.ts';
import { selfSigned } from '../../../testbed/servers/self-signed.ts';
import { type Misdeed, type SmtpMoment, startMisbehavingSmtp } from '../../../testbed/servers/smtp-misbehaving.ts';
import { HeldClock } from './held-clock.ts';
import { loopback, mailTo, never } from './smtp-fixtures.ts';

type Does = Misdeed['does'];
/** Either `kind code` of the error thrown (`!` behind: uncertain), or the outcomes of both recipients. */
type Expected = string;

const say = (reply: string): Does => ({ reply });
const dropped = 'transient mr_SmtpDisconnected';
const late = 'transient mr_SmtpTimeout';

/** Stage, what the server does there, whether it acts first, and what must come of it. */
const grid: readonly (readonly [SmtpMoment, Does, boolean, Expected])[] = [
  ['GREETING', say('250 hello'), false, 'configuration mr_SmtpSyntax'],
  ['GREETING', say('* OK IMAP4rev1 ready'), false, 'configuration mr_SmtpSyntax'],
  ['GREETING', say('+OK POP3 ready'), false, 'configuration mr_SmtpSyntax'],
  ['GREETING', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['GREETING', say('421 4.7.0 too many connections'), false, 'throttled mr_SmtpThrottled'],
  ['GREETING', say('450 4.3.2 busy'), false, 'transient 8005E227'],
  ['GREETING', say('554 5.7.1 no service for you'), false, 'configuration 8005E227'],
  ['GREETING', 'silence', false, late],
  ['GREETING', 'reset', false, dropped],
  ['GREETING', 'close', false, dropped],

  ['EHLO', say('354 what'), false, 'accepted accepted'],
  ['EHLO', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['EHLO', say('451 4.3.0 later'), false, 'accepted accepted'],
  ['EHLO', say('502 5.5.1 no EHLO'), false, 'accepted accepted'],
  ['EHLO', 'silence', false, late],
  ['EHLO', 'reset', false, dropped],
  ['EHLO', 'close', false, dropped],

  ['STARTTLS', say('354 what'), false, 'configuration mr_SmtpTlsUnavailable'],
  ['STARTTLS', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['STARTTLS', say('454 4.7.0 TLS not available'), false, 'transient mr_SmtpTlsUnavailable'],
  ['STARTTLS', say('502 5.5.1 no TLS'), false, 'configuration mr_SmtpTlsUnavailable'],
  ['STARTTLS', 'silence', false, late],
  ['STARTTLS', 'reset', false, dropped],
  ['STARTTLS', 'close', false, dropped],

  ['AUTH', say('250 fine'), false, 'accepted accepted'],
  ['AUTH', say('354 what'), false, 'transient mr_SmtpProtocol'],
  ['AUTH', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['AUTH', say('454 4.7.0 directory is away'), false, 'transient mr_SmtpSignInUnavailable'],
  ['AUTH', say('454 4.7.0 too many login attempts'), false, 'throttled mr_SmtpThrottled'],
  ['AUTH', say('432 4.7.12 password transition is needed'), false, 'credentials OutgoingEmailAuthenticationError'],
  ['AUTH', say('535 5.7.8 wrong password'), false, 'credentials OutgoingEmailAuthenticationError'],
  ['AUTH', say('534 5.7.9 mechanism too weak'), false, 'credentials OutgoingEmailAuthenticationError'],
  ['AUTH', say('538 5.7.11 encryption required'), false, 'configuration mr_SmtpNoSignIn'],
  ['AUTH', say('503 5.5.1 not now'), false, 'configuration mr_SmtpNoSignIn'],
  ['AUTH', 'silence', false, late],
  ['AUTH', 'reset', false, dropped],
  ['AUTH', 'close', false, dropped],

  ['MAIL', say('251 fine'), true, 'accepted accepted'],
  ['MAIL', say('354 what'), false, 'transient mr_SmtpProtocol'],
  ['MAIL', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['MAIL', say('450 4.1.8 sender domain unknown now'), false, 'deferred deferred'],
  ['MAIL', say('550 5.1.8 sender domain unknown'), false, 'rejected rejected'],
  ['MAIL', say('552 5.3.4 message too big'), false, 'item 8005E237'],
  ['MAIL', say('530 5.7.0 authentication required'), false, 'configuration mr_SmtpSignInRequired'],
  ['MAIL', say('530 5.7.0 must issue a STARTTLS command first'), false, 'configuration mr_SmtpTlsRequired'],
  ['MAIL', say('503 5.5.1 bad sequence'), false, 'configuration mr_SmtpSyntax'],
  ['MAIL', say('550 5.7.60 client does not have permissions to send as this sender'), false, 'item ErrorSendAsDenied'],
  ['MAIL', say('550 5.4.5 daily user sending limit exceeded'), false, 'throttled ErrorSubmissionQuotaExceeded'],
  ['MAIL', 'silence', false, late],
  ['MAIL', 'reset', false, dropped],
  ['MAIL', 'close', false, dropped],

  ['RCPT', say('251 will forward'), true, 'accepted accepted'],
  ['RCPT', say('354 what'), false, 'deferred accepted'],
  ['RCPT', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['RCPT', say('450 4.2.0 greylisted'), false, 'deferred accepted'],
  ['RCPT', say('451 4.3.0 local error'), false, 'deferred accepted'],
  ['RCPT', say('550 5.1.1 no such user'), false, 'rejected accepted'],
  ['RCPT', say('552 5.5.3 too many recipients'), false, 'accepted accepted'],
  ['RCPT', say('452 4.5.3 too many recipients'), false, 'accepted accepted'],
  ['RCPT', say('452 4.3.1 no space'), false, 'deferred accepted'],
  ['RCPT', say('454 4.7.1 sending rate limit exceeded'), false, 'deferred accepted'],
  ['RCPT', 'silence', false, late],
  ['RCPT', 'reset', false, dropped],
  ['RCPT', 'close', false, dropped],

  ['DATA', say('250 fine'), false, 'transient mr_SmtpProtocol'],
  ['DATA', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['DATA', say('451 4.3.0 later'), false, 'deferred deferred'],
  ['DATA', say('554 5.5.1 no valid recipients'), false, 'rejected rejected'],
  ['DATA', 'silence', false, late],
  ['DATA', 'reset', false, dropped],
  ['DATA', 'close', false, dropped],

  ['DOT', say('251 fine'), true, 'accepted accepted'],
  ['DOT', say('354 what'), false, 'transient mr_SmtpProtocol!'],
  ['DOT', say('xyz'), true, 'transient mr_SmtpProtocol!'],
  ['DOT', say('421 4.3.2 shutting down'), false, 'transient mr_SmtpServiceClosing'],
  ['DOT', say('451 4.3.0 later'), false, 'deferred deferred'],
  ['DOT', say('452 4.3.1 no space'), false, 'deferred deferred'],
  ['DOT', say('554 5.7.1 spam'), false, 'rejected rejected'],
  ['DOT', say('552 5.3.4 message exceeds fixed limit'), false, 'item 8005E237'],
  ['DOT', say('552 5.2.2 mailbox full'), false, 'rejected rejected'],
  ['DOT', 'silence', false, `${late}!`],
  ['DOT', 'silence', true, `${late}!`],
  ['DOT', 'reset', false, `${dropped}!`],
  ['DOT', 'reset', true, `${dropped}!`],
  ['DOT', 'close', false, `${dropped}!`],
  ['DOT', 'close', true, `${dropped}!`],
];

const { keyPem, certPem } = selfSigned();

async function outcomeOf(misdeed: Misdeed, pipelining: boolean): Promise<string> {
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
  try {
    const security = secure ? ('starttls' as const) : ('none' as const);
    const endpoint = loopback(server.port, { security, caPem: certPem, ...(signIn === undefined ? {} : { signIn }) });
    const connector = await smtpOpener(clock)(endpoint, never);
    try {
      return inWords(await connector.sender?.send(mailTo('b@example.com', 'c@example.com'), never));
    } finally {
      connector.abort();
    }
  } catch (thrown) {
    const error = asMailroomError(thrown);
    return `${error.kind} ${error.code}${error.uncertain ? '!' : ''}`;
  } finally {
    await server.stop();
  }
}

function inWords(report: SendReport | undefined): string {
  return report?.recipients.map((one) => one.outcome).join(' ') ?? 'nothing';
}

for (const pipelining of [true, false]) {
  test(`OU-10 to OU-13, EC-08 to EC-31: every stage and kind of reply, ${pipelining ? 'with' : 'without'} PIPELINING`, async (t) => {
    for (const [at, does, acts, expected] of grid) {
      const what = typeof does === 'string' ? does : String(does.reply);
      await t.test(`${at} ${acts ? 'acts, then ' : ''}${what}: ${expected}`, async () => {
        const nth = at === 'RCPT' || at === 'GREETING' ? { nth: 1 } : {};
        assert.equal(await outcomeOf({ at, does, acts, ...nth }, pipelining), expected);
      });
    }
  });
}
