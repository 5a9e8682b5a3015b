import { type ErrorKind, MailroomError } from '../../base/errors.ts';
import type { SignIn } from '../../contracts/connector.ts';
import type { Pop3Capabilities } from './pop3-capabilities.ts';
import { configurationError, kindOfRefusal, pop3OpenMailbox } from './pop3-errors.ts';
import { type Pop3Reply, showable } from './pop3-reply.ts';
import type { Pop3Stream } from './pop3-stream.ts';

/** RFC 2449 4: a command line holds at most 255 octets, CRLF included; longer initial responses go after the server's `+`. */
const maxCommandBytes = 255;

/** RFC 1939 names this refusal for a maildrop that another session holds; servers without response codes only say it in words. */
const heldByAnother = /\b(already )?(locked|in use)\b/i;

/** How a sign-in was done. */
export interface SignedIn {
  /** In plain words. */
  readonly how: string;
  /** True when the commands that were to go along with it are sent. */
  readonly hasSentAlong: boolean;
}

/**
 * Signs in and returns how it was done; `along` is sent in the same write where the sign-in is one. SASL where the server announces it (PLAIN, XOAUTH2, OAUTHBEARER;
 * RFC 5034, 4616, 7628), else USER and PASS (RFC 1939 7). Throws MailroomError: `credentials` when refused,
 * `transient` when the refusal is passing (RFC 3206 SYS/TEMP, RFC 2449 IN-USE), `configuration` when there is no common way.
 */
export async function signIn(
  stream: Pop3Stream,
  how: SignIn,
  capabilities: Pop3Capabilities,
  along = '',
): Promise<SignedIn> {
  if (how.kind === 'none') {
    throw configurationError(
      '8005E209',
      `POP3 needs a user name and a password or token for ${stream.where}; enter them on the mailbox.`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end or NUL would end the command and begin another
  if (/[\u0000\r\n]/.test(how.username + (how.kind === 'password' ? how.password : how.accessToken))) {
    throw configurationError(
      '8005E209',
      `The user name or secret for ${stream.where} holds a line end or a NUL, which POP3 cannot carry; enter it again.`,
    );
  }
  if (how.kind === 'oauth') return signInWithToken(stream, how, capabilities, along);
  if (capabilities.sasl.has('PLAIN')) {
    const response = encode(`\0${how.username}\0${how.password}`);
    const hasSentAlong = await authenticate(stream, 'PLAIN', response, [how.password, response], along);
    return { how: `AUTH PLAIN as ${how.username}`, hasSentAlong };
  }
  if (capabilities.known && !capabilities.user && capabilities.sasl.size > 0) {
    throw noCommonWay(stream, 'a password (neither USER nor AUTH PLAIN)', capabilities);
  }
  await expectOk(stream, 'USER', `USER ${how.username}\r\n`, [how.password]);
  await expectOk(stream, 'PASS', `PASS ${how.password}\r\n`, [how.password]);
  return { how: `USER and PASS as ${how.username}`, hasSentAlong: false };
}

async function signInWithToken(
  stream: Pop3Stream,
  how: Extract<SignIn, { kind: 'oauth' }>,
  capabilities: Pop3Capabilities,
  along: string,
): Promise<SignedIn> {
  const bearer = `auth=Bearer ${how.accessToken}`;
  const useBearer = capabilities.sasl.has('OAUTHBEARER') && !capabilities.sasl.has('XOAUTH2');
  if (capabilities.known && !useBearer && !capabilities.sasl.has('XOAUTH2')) {
    throw noCommonWay(stream, 'an OAuth token (neither XOAUTH2 nor OAUTHBEARER)', capabilities);
  }
  // RFC 5801 4: comma and equals sign of the authorization identity are escaped.
  const identity = how.username.replace(/=/g, '=3D').replace(/,/g, '=2C');
  const response = encode(
    useBearer ? `n,a=${identity},\u0001${bearer}\u0001\u0001` : `user=${how.username}\u0001${bearer}\u0001\u0001`,
  );
  const mechanism = useBearer ? 'OAUTHBEARER' : 'XOAUTH2';
  const hasSentAlong = await authenticate(stream, mechanism, response, [how.accessToken, response], along);
  return { how: `AUTH ${mechanism} as ${how.username}`, hasSentAlong };
}

/** One SASL exchange whose client speaks once, with `along` behind it where that is one line; returns whether it was. A second challenge carries the reason of a failure (RFC 7628 3.2.3). */
async function authenticate(
  stream: Pop3Stream,
  mechanism: string,
  response: string,
  secrets: readonly string[],
  along: string,
): Promise<boolean> {
  const command = `AUTH ${mechanism}`;
  const oneLine = `${command} ${response}\r\n`;
  const isOneLine = oneLine.length <= maxCommandBytes;
  let reply: Pop3Reply;
  if (isOneLine) {
    stream.send(oneLine + along);
    reply = await stream.readReply(command);
  } else {
    stream.send(`${command}\r\n`);
    reply = await stream.readReply(command);
    if (reply.status === 'continue') {
      stream.send(`${response}\r\n`);
      reply = await stream.readReply(command);
    }
  }
  let reason = '';
  const hasSentAlong = isOneLine && along !== '';
  // A challenge would take what was sent along for its answer: the sign-in has failed, whatever comes next.
  if (reply.status === 'continue' && !hasSentAlong) {
    reason = showable(Buffer.from(reply.text, 'base64').toString('utf8'));
    stream.send('\r\n');
    reply = await stream.readReply(command);
  }
  if (reply.status !== 'ok') throw refused(stream.where, command, reply, secrets, reason);
  return hasSentAlong;
}

async function expectOk(stream: Pop3Stream, name: string, line: string, secrets: readonly string[]): Promise<void> {
  stream.send(line);
  const reply = await stream.readReply(name);
  if (reply.status !== 'ok') throw refused(stream.where, name, reply, secrets, '');
}

function refused(
  where: string,
  command: string,
  reply: Pop3Reply,
  secrets: readonly string[],
  reason: string,
): MailroomError {
  const otherwise: ErrorKind = heldByAnother.test(reply.text) ? 'transient' : 'credentials';
  const kind = kindOfRefusal(reply) ?? otherwise;
  const words = withoutSecrets(reason === '' ? reply.line : `${reply.line} ${reason}`, secrets);
  return new MailroomError(
    `The POP3 server ${where} did not accept the sign-in (${command}): ${words} ${advice(kind)}`,
    {
      code: pop3OpenMailbox,
      kind,
      serverReply: words,
    },
  );
}

function advice(kind: ErrorKind): string {
  if (kind === 'credentials') return 'Check user name and password of the mailbox, and that POP3 is allowed for it.';
  if (kind === 'configuration') return 'The server says this will not pass by itself; ask its administrator.';
  return 'The server says this passes; it is tried again at the next turn.';
}

function noCommonWay(stream: Pop3Stream, what: string, capabilities: Pop3Capabilities): MailroomError {
  const offered = [...(capabilities.user ? ['USER'] : []), ...capabilities.sasl].join(', ') || 'nothing';
  return configurationError(
    '8005E23B',
    `The POP3 server ${stream.where} does not take ${what}; it offers ${offered}. ` +
      'Choose another kind of sign-in, or switch on TLS: many servers offer sign-in only over TLS.',
  );
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '***')), text);
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
