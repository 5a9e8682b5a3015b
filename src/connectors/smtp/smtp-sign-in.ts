import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';
import { MailroomError } from '../../base/errors.ts';
import type { Endpoint, SignIn } from '../../contracts/connector.ts';
import { placeOf, xoauth2Response } from './smtp-errors.ts';
import type { SmtpExtensions } from './smtp-extensions.ts';

/** Our handler's name: under `XOAUTH2` the library wants a generator of tokens and would fall back to a password. */
const tokenSignIn = 'ACCESS-TOKEN';
const passwordMechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5'];

/**
 * Signs in with the best mechanism both sides know (RFC 4954; XOAUTH2 for tokens). `done` gets an error with the server's
 * `response`, or a MailroomError (`mr_SmtpNoSignIn`, kind configuration) when there is no common mechanism.
 */
export function signInTo(
  connection: SMTPConnection,
  endpoint: Endpoint,
  extensions: SmtpExtensions,
  done: (error?: Error | null, result?: boolean) => void,
): void {
  const { signIn } = endpoint;
  const wanted = signIn.kind === 'oauth' ? ['XOAUTH2'] : passwordMechanisms;
  if (!wanted.some((mechanism) => extensions.mechanisms.has(mechanism))) {
    done(noMechanism(endpoint, wanted, extensions));
  } else if (signIn.kind === 'password' && (signIn.username === '' || signIn.password === '')) {
    done(nothingToShow(endpoint));
  } else if (signIn.kind === 'password') {
    connection.login({ user: signIn.username, pass: signIn.password }, done);
  } else if (signIn.kind === 'oauth') {
    connection.customAuth.set(tokenSignIn, (context) => presentToken(context, signIn));
    connection.login({ method: tokenSignIn, user: signIn.username }, done);
  }
}

/** A refused token is answered 334 with an error object first; an empty line brings the final reply. */
async function presentToken(
  context: SMTPConnectionCustomAuthContext,
  signIn: Extract<SignIn, { kind: 'oauth' }>,
): Promise<void> {
  const first = await context.sendCommand(`AUTH XOAUTH2 ${xoauth2Response(signIn.username, signIn.accessToken)}`);
  const final = first.status === 334 ? await context.sendCommand('') : first;
  if (final.status < 200 || final.status > 299) throw new Error('The server refused the access token');
}

function noMechanism(endpoint: Endpoint, wanted: readonly string[], extensions: SmtpExtensions): MailroomError {
  const offered = extensions.mechanisms.size === 0 ? 'no sign-in' : [...extensions.mechanisms].join(', ');
  const hint = 'Check the port (587 or 465), the TLS mode and the kind of credentials.';
  return new MailroomError(`${placeOf(endpoint)} offers ${offered}, not ${wanted.join(' or ')}. ${hint}`, {
    code: 'mr_SmtpNoSignIn',
    kind: 'configuration',
  });
}

function nothingToShow(endpoint: Endpoint): MailroomError {
  return new MailroomError(`${placeOf(endpoint)} wants a sign-in, but user name or password is empty. Enter both.`, {
    code: 'OutgoingEmailAuthenticationError',
    kind: 'credentials',
  });
}
