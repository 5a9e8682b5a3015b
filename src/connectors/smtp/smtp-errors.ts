import { type ErrorKind, MailroomError } from '../../base/errors.ts';
import type { Endpoint, SignIn } from '../../contracts/connector.ts';
import { isCertificateError } from '../is-certificate-error.ts';
import type { SmtpStage, SmtpVerdict } from './smtp-outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';

const stageWords: Readonly<Record<SmtpStage, string>> = {
  greeting: 'the connection',
  hello: 'EHLO',
  starttls: 'STARTTLS',
  auth: 'the sign-in',
  mail: 'the sender (MAIL)',
  rcpt: 'the recipient (RCPT)',
  data: 'the message (DATA)',
  content: 'the finished message',
  reset: 'RSET',
};

const advice: Readonly<Record<string, string>> = {
  '8005E227': 'Check that the outgoing server accepts connections from this machine.',
  '8005E237': 'The message is larger than the server takes: make it smaller.',
  OutgoingEmailAuthenticationError: 'Correct the user name, password or consent of the mailbox, then test it again.',
  ErrorSendAsDenied: 'Give the signed-in account the right to send as this address.',
  ErrorSubmissionQuotaExceeded: 'Sending goes on when the limit of the account is free again.',
  mr_SmtpSyntax: 'Check the port and the TLS mode of the profile: this does not look like an SMTP submission service.',
  mr_SmtpTlsUnavailable: 'Choose the port and TLS mode the server offers; plain text is not used instead (CN-13).',
  mr_SmtpTlsRequired: 'Switch TLS on in the profile.',
  mr_SmtpNoSignIn: 'The server takes no sign-in of this kind here: check port, TLS mode and kind of credentials.',
  mr_SmtpSignInRequired: 'The server asks for a sign-in: give the profile credentials.',
};

/** The error of a refusal; names the server, the stage and what to do, with the server's words (secrets removed). */
export function refusalError(
  endpoint: Endpoint,
  stage: SmtpStage,
  reply: SmtpReply,
  verdict: Extract<SmtpVerdict, { verdict: 'failed' }>,
  retryAfterMs?: number,
): MailroomError {
  const words = withoutSecrets(reply.text, endpoint.signIn);
  const hint = advice[verdict.code] ?? 'It is tried again later.';
  return new MailroomError(`${placeOf(endpoint)} refused ${stageWords[stage]}: "${words}". ${hint}`, {
    code: verdict.code,
    kind: verdict.kind,
    serverReply: words,
    retryAfterMs,
    uncertain: verdict.uncertain,
  });
}

/** No answer within the budget of one command (EC-08). */
export function timeoutError(endpoint: Endpoint, doing: string, uncertain: boolean): MailroomError {
  const seconds = Math.round(endpoint.timeoutMs / 100) / 10;
  const hint = 'Check that the host, port and TLS mode are right and that no firewall is between.';
  return new MailroomError(`${placeOf(endpoint)} did not answer within ${seconds} s while ${doing}. ${hint}`, {
    code: 'mr_SmtpTimeout',
    kind: 'transient',
    uncertain,
  });
}

/** The work was called off from our side. */
export function abortedError(endpoint: Endpoint, doing: string, uncertain: boolean): MailroomError {
  return new MailroomError(`The conversation with ${placeOf(endpoint)} was called off while ${doing}.`, {
    code: 'mr_SmtpAborted',
    kind: 'transient',
    uncertain,
  });
}

interface Cause {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly sentence: string;
}

/** Socket, DNS and TLS trouble by the error code Node gives (EC-07, EC-08, EC-31, CN-14). */
export function networkError(endpoint: Endpoint, doing: string, thrown: unknown, uncertain: boolean): MailroomError {
  const { kind, code, sentence } = causeOf(errorCodeOf(thrown), doing);
  const words = withoutSecrets(thrown instanceof Error ? thrown.message : String(thrown), endpoint.signIn);
  return new MailroomError(`${placeOf(endpoint)}: ${sentence} (${words}).`, { code, kind, uncertain, cause: thrown });
}

function causeOf(code: string, doing: string): Cause {
  if (/^(?:ENOTFOUND|ENODATA|EAI_NONAME|EAI_NODATA)$/.test(code)) {
    return { kind: 'configuration', code: '8005E218', sentence: 'the server name is unknown; check the location' };
  }
  if (isCertificateError(code)) {
    const sentence = 'its certificate is not trusted; renew it, or name the authority that signed it';
    return { kind: 'configuration', code: '8005E23A', sentence };
  }
  if (/^(?:ERR_SSL|ERR_TLS|EPROTO|ETLS)/.test(code)) {
    const sentence = 'a secure connection could not be made; check the port and the TLS mode';
    return { kind: 'configuration', code: 'mr_SmtpTls', sentence };
  }
  if (/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|EADDRNOTAVAIL)$/.test(code)) {
    return { kind: 'transient', code: '8005E227', sentence: 'it could not be reached; check host, port and firewall' };
  }
  return { kind: 'transient', code: 'mr_SmtpDisconnected', sentence: `the connection broke while ${doing}` };
}

/** Node's code of the failure. */
function errorCodeOf(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** `smtp.example.com:587`, as errors name a server. */
export function placeOf(endpoint: Endpoint): string {
  return `Outgoing server ${endpoint.host}:${endpoint.port}`;
}

/** `text` without the password or token, plain or as sent in base64 (SE-05): a server may repeat what it got. */
export function withoutSecrets(text: string, signIn: SignIn): string {
  if (signIn.kind === 'none') return text;
  const secret = signIn.kind === 'password' ? signIn.password : signIn.accessToken;
  if (secret === '') return text;
  const forms = [
    Buffer.from(`\0${signIn.username}\0${secret}`).toString('base64'),
    xoauth2Response(signIn.username, secret),
    Buffer.from(`auth=Bearer ${secret}`).toString('base64'),
    Buffer.from(secret).toString('base64'),
    secret,
  ];
  return forms.reduce((left, form) => left.replaceAll(form, '***'), text);
}

/** The initial response of SASL XOAUTH2, base64. */
export function xoauth2Response(username: string, accessToken: string): string {
  return Buffer.from(`user=${username}\x01auth=Bearer ${accessToken}\x01\x01`).toString('base64');
}

/** The initial response of SASL OAUTHBEARER (RFC 7628 3.1), base64. */
export function oauthBearerResponse(
  endpoint: Pick<Endpoint, 'host' | 'port'>,
  signIn: Extract<SignIn, { kind: 'oauth' }>,
): string {
  const user = signIn.username.replace(/=/g, '=3D').replace(/,/g, '=2C');
  const fields = [
    `n,a=${user},`,
    `host=${endpoint.host}`,
    `port=${endpoint.port}`,
    `auth=Bearer ${signIn.accessToken}`,
  ];
  return Buffer.from(`${fields.join('\x01')}\x01\x01`).toString('base64');
}
