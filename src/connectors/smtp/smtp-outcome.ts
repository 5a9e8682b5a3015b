import type { ErrorKind } from '../../base/errors.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** What a reply answers; `content` is the final dot of the message. */
export type SmtpStage = 'greeting' | 'hello' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content' | 'reset';

/** What a reply means: go on, a fate for the recipients it speaks of, or an error of the whole conversation. */
export type SmtpVerdict =
  | { readonly verdict: 'accepted' | 'deferred' | 'rejected' }
  | { readonly verdict: 'failed'; readonly kind: ErrorKind; readonly code: string; readonly uncertain?: true };

interface Rule {
  readonly stages: readonly SmtpStage[];
  readonly codes: RegExp;
  readonly enhanced?: RegExp;
  /** Matched against the whole reply; a rule with both asks for either. */
  readonly words?: RegExp;
  readonly means: SmtpVerdict;
}

const accepted: SmtpVerdict = { verdict: 'accepted' };
const deferred: SmtpVerdict = { verdict: 'deferred' };
const rejected: SmtpVerdict = { verdict: 'rejected' };
const fail = (kind: ErrorKind, code: string): SmtpVerdict => ({ verdict: 'failed', kind, code });

const always: readonly SmtpStage[] = [
  'greeting',
  'hello',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'content',
  'reset',
];
const opening: readonly SmtpStage[] = ['greeting', 'hello'];
const transaction: readonly SmtpStage[] = ['mail', 'rcpt', 'data', 'content'];
const tooMuch =
  /too many (?:connection|message|login|auth|concurrent|mail|error)|rate limit|rate exceeded|throttl|sending[^.]{0,20}too (?:fast|quickly|frequently)/i;
const quota =
  /submission ?quota|(?:daily|hourly|sending|message rate|outgoing|relay(?:ing)?)[^.]{0,40}(?:limit|quota)|(?:limit|quota)[^.]{0,20}(?:for sending|of messages|per (?:day|hour))/i;
const sendAsDenied =
  /send ?as ?denied|permissions? to send as|not owned by (?:user|the authenticated)|not allowed to send (?:as|from)/i;

/** The first rule that fits decides; each says whose trouble it is (EC-09, EC-10, EC-13, EC-17, EC-21, EC-31). */
const rules: readonly Rule[] = [
  { stages: always, codes: /^421/, enhanced: /^4\.7\./, words: tooMuch, means: fail('throttled', 'mr_SmtpThrottled') },
  { stages: always, codes: /^421/, means: fail('transient', 'mr_SmtpServiceClosing') },

  { stages: ['greeting'], codes: /^220/, means: accepted },
  { stages: ['hello', 'starttls', 'auth', 'reset'], codes: /^2/, means: accepted },
  { stages: [...opening, 'auth'], codes: /^4/, words: tooMuch, means: fail('throttled', 'mr_SmtpThrottled') },
  { stages: opening, codes: /^4/, means: fail('transient', '8005E227') },
  { stages: opening, codes: /^5/, means: fail('configuration', '8005E227') },
  { stages: opening, codes: /^/, means: fail('configuration', 'mr_SmtpSyntax') },

  { stages: ['starttls'], codes: /^4/, means: fail('transient', 'mr_SmtpTlsUnavailable') },
  { stages: ['starttls'], codes: /^/, means: fail('configuration', 'mr_SmtpTlsUnavailable') },

  { stages: ['auth'], codes: /^432/, means: fail('credentials', 'OutgoingEmailAuthenticationError') },
  { stages: ['auth'], codes: /^4/, means: fail('transient', 'mr_SmtpSignInUnavailable') },
  { stages: ['auth'], codes: /^(?:538|50[0-4])/, means: fail('configuration', 'mr_SmtpNoSignIn') },
  { stages: ['auth'], codes: /^5/, means: fail('credentials', 'OutgoingEmailAuthenticationError') },

  {
    stages: transaction,
    codes: /^53[0458]/,
    words: /starttls|encrypt|tls/i,
    means: fail('configuration', 'mr_SmtpTlsRequired'),
  },
  { stages: transaction, codes: /^53[45]/, means: fail('credentials', 'OutgoingEmailAuthenticationError') },
  { stages: transaction, codes: /^530/, means: fail('configuration', 'mr_SmtpSignInRequired') },
  {
    stages: transaction,
    codes: /^[45]/,
    enhanced: /^5\.1\.90$/,
    words: quota,
    means: fail('throttled', 'ErrorSubmissionQuotaExceeded'),
  },
  { stages: transaction, codes: /^4/, words: tooMuch, means: fail('throttled', 'mr_SmtpThrottled') },
  {
    stages: transaction,
    codes: /^5/,
    enhanced: /^5\.(?:7\.60|2\.252)$/,
    words: sendAsDenied,
    means: fail('item', 'ErrorSendAsDenied'),
  },
  { stages: ['mail', 'data', 'content'], codes: /^5/, enhanced: /^5\.(?:3\.4|2\.3)$/, means: fail('item', '8005E237') },
  {
    stages: ['mail', 'data', 'content'],
    codes: /^(?:552|523)/,
    words: /too (?:large|big|long)|size|maximum/i,
    means: fail('item', '8005E237'),
  },
  { stages: ['mail'], codes: /^50[023]/, means: fail('configuration', 'mr_SmtpSyntax') },
  { stages: ['rcpt'], codes: /^552/, enhanced: /^5\.5\.3$/, words: /too many recipients/i, means: deferred },

  { stages: ['mail', 'rcpt', 'content'], codes: /^2/, means: accepted },
  { stages: ['data'], codes: /^3/, means: accepted },
  { stages: transaction, codes: /^4/, means: deferred },
  { stages: transaction, codes: /^5/, means: rejected },
  {
    stages: ['content'],
    codes: /^/,
    means: { verdict: 'failed', kind: 'transient', code: 'mr_SmtpProtocol', uncertain: true },
  },
  { stages: always, codes: /^/, means: fail('transient', 'mr_SmtpProtocol') },
];

const rulesOf = new Map(always.map((stage) => [stage, rules.filter((rule) => rule.stages.includes(stage))]));

/** What `reply` means at `stage` (RFC 5321 4.2.1, RFC 3463, RFC 4954 6); every reply has a verdict. */
export function judgeReply(stage: SmtpStage, reply: SmtpReply): SmtpVerdict {
  const code = String(reply.code);
  const rule = rulesOf.get(stage)?.find((candidate) => fits(candidate, code, reply));
  return rule?.means ?? fail('transient', 'mr_SmtpProtocol');
}

function fits(rule: Rule, code: string, reply: SmtpReply): boolean {
  if (!rule.codes.test(code)) return false;
  if (rule.enhanced === undefined && rule.words === undefined) return true;
  const byStatus = rule.enhanced?.test(reply.enhancedCode ?? '') ?? false;
  return byStatus || (rule.words?.test(reply.text) ?? false);
}
