import { ImapFlow, type MailboxObject } from 'imapflow';
import { MailroomError } from '../../base/errors.ts';
import type { CheckStep, Connector, Endpoint, OpenConnector } from '../../contracts/connector.ts';
import { trustedContext } from '../trusted-context.ts';
import { imapAborted, imapError } from './imap-errors.ts';
import { ImapFolders } from './imap-folders.ts';
import { claimPlace, type ImapPlace } from './imap-place.ts';
import { ImapRetriever } from './imap-retriever.ts';
import { ImapSentFolder } from './imap-sent-folder.ts';
import { accountOf, type KeptInboxes } from './kept-inboxes.ts';
import { inboxWatch } from './watch-inbox.ts';

/** Time a command may stay without an answer beside what the endpoint allows, milliseconds: TLS and literals take theirs. */
const graceMs = 5_000;

/** An opener of IMAP connectors; with `inboxes` those that are watched are kept there, and may be asked what is new. */
export function imapOpener(inboxes?: KeptInboxes): OpenConnector {
  return async (endpoint, signal) => {
    const { client, where, secrets } = await connect(endpoint, signal);
    const inboxPlace = inboxes && { inboxes, account: accountOf(endpoint) };
    return guarded(client, endpoint, signal, async () => {
      const place = claimPlace(client, endpoint.inbox);
      const mailbox = await openInbox(client, place, where);
      const reading = { where, secrets, place, maxMessageBytes: endpoint.maxMessageBytes };
      return {
        retriever: new ImapRetriever(client, reading),
        folders: new ImapFolders(client, reading),
        watch: inboxWatch(client, { where, timeoutMs: endpoint.timeoutMs, place: inboxPlace }),
        steps: stepsOf(client, endpoint, where, mailbox.exists),
        ...endings(client),
      };
    });
  };
}

/**
 * Opens the inbox over IMAP (RFC 9051, RFC 3501): TLS from the start, STARTTLS without falling back (CN-13) or plain,
 * certificate checked (CN-14), signed in by PLAIN, LOGIN, OAUTHBEARER or XOAUTH2, whichever the server offers. Throws
 * MailroomError: 8005E218 no such host, 8005E227 no connection, 8005E23A certificate, 8005E216 sign-in refused, 8005E215 else.
 */
export const openImap: OpenConnector = imapOpener();

/** The sent folder of a mailbox, on a connection of its own; the same errors as `openImap`. */
export async function openImapSentFolder(endpoint: Endpoint, signal: AbortSignal): Promise<OpenSentFolder> {
  const { client, where, secrets } = await connect(endpoint, signal);
  const place = claimPlace(client, endpoint.inbox);
  return { folder: new ImapSentFolder(client, { where, secrets, place }), ...endings(client) };
}

/** A sent folder and how its connection ends. */
export interface OpenSentFolder extends Pick<Connector, 'close' | 'abort'> {
  readonly folder: ImapSentFolder;
}

/** Opens the folder that mail comes into. Throws `mr_InboxMissing` when it is one that the profile or mailbox names and the account cannot open. */
async function openInbox(client: ImapFlow, { inbox }: ImapPlace, where: string): Promise<MailboxObject> {
  try {
    return await client.mailboxOpen(inbox);
  } catch (thrown) {
    if (!client.usable || inbox === 'INBOX') throw thrown;
    throw new MailroomError(
      `The folder "${inbox}" on ${where}, which is read as the inbox of this mailbox, cannot be opened. Check the name (mr_inboxfolder), and that the account may read and change it.`,
      {
        code: 'mr_InboxMissing',
        kind: 'configuration',
        serverReply: (thrown as { responseText?: string }).responseText,
      },
    );
  }
}

interface Connected {
  readonly client: ImapFlow;
  readonly where: string;
  readonly secrets: readonly string[];
}

async function connect(endpoint: Endpoint, signal: AbortSignal): Promise<Connected> {
  const where = `${endpoint.host}:${endpoint.port}`;
  if (signal.aborted) throw imapAborted(where, signal.reason);
  const client = createClient(endpoint, where);
  // Without a listener an error of the socket would end the process; every command in flight rejects with it anyway.
  client.on('error', () => undefined);
  return guarded(client, endpoint, signal, async () => {
    await client.connect();
    return { client, where, secrets: secretsOf(endpoint) };
  });
}

/** Runs `work` while opening: an abort or an error closes the client, and the error is one of ours. */
async function guarded<T>(
  client: ImapFlow,
  endpoint: Endpoint,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const where = `${endpoint.host}:${endpoint.port}`;
  const onAbort = () => client.close();
  signal.addEventListener('abort', onAbort);
  try {
    return await work();
  } catch (error) {
    client.close();
    if (signal.aborted) throw imapAborted(where, signal.reason);
    throw imapError(error, where, 'opening it', secretsOf(endpoint));
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function endings(client: ImapFlow): Pick<Connector, 'close' | 'abort'> {
  return {
    close: async () => {
      await client.logout().catch(() => undefined);
      client.close();
    },
    abort: () => client.close(),
  };
}

function createClient(endpoint: Endpoint, where: string): ImapFlow {
  const { security, signIn } = endpoint;
  if (signIn.kind === 'none') {
    throw new MailroomError(`IMAP needs a user name and a password or token for ${where}; enter them on the mailbox.`, {
      code: '8005E209',
      kind: 'configuration',
    });
  }
  return new ImapFlow({
    host: endpoint.host,
    port: endpoint.port,
    secure: security === 'tls',
    doSTARTTLS: security === 'tls' ? undefined : security === 'starttls',
    tls: { secureContext: trustedContext(endpoint.caPem) },
    auth:
      signIn.kind === 'password'
        ? { user: signIn.username, pass: signIn.password }
        : { user: signIn.username, accessToken: signIn.accessToken },
    clientInfo: { name: 'Mailroom' },
    logger: false,
    disableAutoIdle: true,
    qresync: true,
    disableCompression: true,
    connectionTimeout: endpoint.timeoutMs,
    greetingTimeout: endpoint.timeoutMs,
    socketTimeout: endpoint.timeoutMs + graceMs,
    maxLiteralSize: endpoint.maxMessageBytes + 1024,
  });
}

function stepsOf(client: ImapFlow, endpoint: Endpoint, where: string, messages: number): CheckStep[] {
  const how = endpoint.security === 'tls' ? 'TLS from the start' : 'STARTTLS';
  const user = endpoint.signIn.kind === 'none' ? '' : endpoint.signIn.username;
  const secured: CheckStep[] =
    endpoint.security === 'none' ? [] : [{ name: 'secure', ok: true, detail: `${how}; the certificate is valid` }];
  const greeting = typeof client.greeting === 'string' ? client.greeting : undefined;
  return [
    { name: 'resolve', ok: true, detail: `${endpoint.host} was found` },
    { name: 'connect', ok: true, detail: `Connected to ${where}`, serverReply: greeting },
    ...secured,
    { name: 'signin', ok: true, detail: `Signed in as ${user}` },
    { name: 'open', ok: true, detail: `The inbox is open and holds ${messages} messages.` },
  ];
}

function secretsOf({ signIn }: Endpoint): readonly string[] {
  if (signIn.kind === 'none') return [];
  return [signIn.kind === 'password' ? signIn.password : signIn.accessToken];
}
