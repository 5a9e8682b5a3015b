import { Socket } from 'node:net';
import type { ImapFlow } from 'imapflow';
import type { Connector } from '../../contracts/connector.ts';
import { IdleLine, type IdleLineOptions } from './idle-line.ts';
import { imapAborted } from './imap-errors.ts';
import type { KeptInbox } from './kept-inbox.ts';
import type { KeptInboxes } from './kept-inboxes.ts';

/** An IDLE is begun anew before servers cut it (29 minutes, RFC 2177), and often enough for those that cut earlier, milliseconds. */
const idleMs = 15 * 60_000;
/** Time between two questions where the server does not tell by itself, milliseconds. */
const questionMs = 2 * 60_000;
/** Time after which the system asks whether the other end is still there, milliseconds. */
const keepAliveMs = 120_000;

/** Where the inbox of a line is kept while the line is open. */
interface InboxPlace {
  readonly inboxes: KeptInboxes;
  /** `accountOf` its endpoint. */
  readonly account: string;
}

interface InboxWatchOptions {
  /** `host:port`, for messages. */
  readonly where: string;
  /** Time for an answer, milliseconds. */
  readonly timeoutMs: number;
  /** Nobody asks the line anything when absent. */
  readonly place: InboxPlace | undefined;
}

type LineSocket = ReturnType<ImapFlow['unbind']>['socket'];

/**
 * What waits for mail in the open inbox of a connection. It takes the connection over: the client, which is heavy, is let go, and all that
 * remains is its socket. Throws MailroomError, kind `transient`, when the line is lost.
 */
export function inboxWatch(
  client: ImapFlow,
  { where, timeoutMs, place }: InboxWatchOptions,
): NonNullable<Connector['watch']> {
  let held: ImapFlow | undefined = client;
  // A frame that waits keeps its variables alive: the client must not be one of them.
  const take = (): { readonly socket: LineSocket; readonly hasIdle: boolean } => {
    const taken = held;
    held = undefined;
    if (!taken?.usable) throw imapAborted(where, 'no connection');
    const hasIdle = taken.capabilities.has('IDLE') || taken.enabled.has('IMAP4REV2');
    return { socket: taken.unbind().socket, hasIdle };
  };
  return async (wake, signal, _scope, opened) => {
    if (signal.aborted) {
      held?.close();
      return;
    }
    const { socket, hasIdle } = take();
    if (socket instanceof Socket) socket.setTimeout(0).setKeepAlive(true, keepAliveMs);
    // The inbox is open already: what came since is told with the first answer.
    opened?.();
    const options = { where, timeoutMs, hasIdle, pauseMs: hasIdle ? idleMs : questionMs };
    await hold(socket, options, place, () => wake('incoming'), signal);
  };
}

function hold(
  socket: LineSocket,
  options: IdleLineOptions,
  place: InboxPlace | undefined,
  wake: () => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let inbox: KeptInbox | undefined;
    const line = new IdleLine(socket, options, {
      mail: wake,
      change: () => inbox?.noteChange(),
      lost: (error) => {
        end();
        reject(error);
      },
    });
    const onAbort = (): void => {
      end();
      line.stop();
      resolve();
    };
    const end = (): void => {
      signal.removeEventListener('abort', onAbort);
      if (place !== undefined && inbox !== undefined) place.inboxes.forget(place.account, inbox);
    };
    inbox = place?.inboxes.keep(place.account, options.where, () => line.look());
    signal.addEventListener('abort', onAbort, { once: true });
    line.start();
  });
}
