import { createHmac } from 'node:crypto';
import { MailroomError } from '../../base/errors.ts';
import type { Endpoint, SignIn } from '../../contracts/connector.ts';
import type { SmtpDialogue } from './smtp-dialogue.ts';
import { oauthBearerResponse, placeOf, xoauth2Response } from './smtp-errors.ts';
import type { SmtpExtensions } from './smtp-extensions.ts';
import type { SmtpReply } from './smtp-reply.ts';

type Password = Extract<SignIn, { kind: 'password' }>;
type Token = Extract<SignIn, { kind: 'oauth' }>;

const passwordMechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const;
const tokenMechanisms = ['XOAUTH2', 'OAUTHBEARER'] as const;

/**
 * Signs in with the best mechanism both sides know (RFC 4954, RFC 4616, RFC 2195, RFC 7628) and returns the server's last reply;
 * undefined when the endpoint asks for no sign-in. Throws MailroomError: `mr_SmtpNoSignIn` of kind configuration when there is no
 * common mechanism, `OutgoingEmailAuthenticationError` when there is nothing to show.
 */
export async function signInTo(
  dialogue: SmtpDialogue,
  endpoint: Endpoint,
  extensions: SmtpExtensions,
): Promise<SmtpReply | undefined> {
  const { signIn } = endpoint;
  if (signIn.kind === 'none') return undefined;
  const known: readonly string[] = signIn.kind === 'oauth' ? tokenMechanisms : passwordMechanisms;
  const chosen = known.find((mechanism) => extensions.mechanisms.has(mechanism));
  if (chosen === undefined) throw noMechanism(endpoint, known, extensions);
  if (signIn.kind === 'oauth') return presentToken(dialogue, endpoint, signIn, chosen);
  if (signIn.username === '' || signIn.password === '') throw nothingToShow(endpoint);
  if (chosen === 'PLAIN') return say(dialogue, `AUTH PLAIN ${base64(`\0${signIn.username}\0${signIn.password}`)}`);
  return chosen === 'LOGIN' ? login(dialogue, signIn) : cramMd5(dialogue, signIn);
}

async function login(dialogue: SmtpDialogue, signIn: Password): Promise<SmtpReply> {
  const first = await say(dialogue, 'AUTH LOGIN');
  if (first.code !== 334) return first;
  const second = await say(dialogue, base64(signIn.username));
  return second.code === 334 ? say(dialogue, base64(signIn.password)) : second;
}

async function cramMd5(dialogue: SmtpDialogue, signIn: Password): Promise<SmtpReply> {
  const first = await say(dialogue, 'AUTH CRAM-MD5');
  if (first.code !== 334) return first;
  const challenge = Buffer.from(first.text.slice(4), 'base64');
  const digest = createHmac('md5', signIn.password).update(challenge).digest('hex');
  return say(dialogue, base64(`${signIn.username} ${digest}`));
}

/** A refused token is answered 334 with an error object first; one more line of ours brings the final reply. */
async function presentToken(
  dialogue: SmtpDialogue,
  endpoint: Endpoint,
  signIn: Token,
  mechanism: string,
): Promise<SmtpReply> {
  const isBearer = mechanism === 'OAUTHBEARER';
  const response = isBearer
    ? oauthBearerResponse(endpoint, signIn)
    : xoauth2Response(signIn.username, signIn.accessToken);
  const first = await say(dialogue, `AUTH ${mechanism} ${response}`);
  return first.code === 334 ? say(dialogue, isBearer ? base64('\x01') : '') : first;
}

async function say(dialogue: SmtpDialogue, line: string): Promise<SmtpReply> {
  await dialogue.write(`${line}\r\n`);
  return dialogue.reply();
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

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
