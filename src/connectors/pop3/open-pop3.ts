import { BufferPool } from '../../base/buffer-pool.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { OpenConnector } from '../../contracts/connector.ts';
import type { KnownServers } from './known-servers.ts';
import { Pop3Retriever } from './pop3-retriever.ts';
import { openSession } from './pop3-session.ts';

/** Memory for large messages that is kept for the next ones, bytes. */
const keptBytes = 16 * 1024 * 1024;

/** An opener of POP3 connectors whose deadlines run on `clock`; with `servers` it relies on what they announced before. */
export function pop3Opener(clock: Clock, servers?: KnownServers): OpenConnector {
  const memory = sharedPool();
  return async (endpoint, signal) => {
    const opening = { endpoint, clock, servers };
    const session = await openSession(opening, signal);
    const retriever = new Pop3Retriever(session, {
      maxMessageBytes: endpoint.maxMessageBytes,
      pool: memory(),
      reopen: (again) => openSession(opening, again),
    });
    return {
      retriever,
      steps: session.steps,
      close: () => retriever.finish(),
      abort: () => retriever.abort(),
    };
  };
}

/** Gives all conversations one pool, so that many of them keep no more than one; between conversations the collector may take it. */
function sharedPool(): () => BufferPool {
  let shared: WeakRef<BufferPool> | undefined;
  return () => {
    const pool = shared?.deref() ?? new BufferPool(keptBytes);
    shared = new WeakRef(pool);
    return pool;
  };
}

/**
 * Opens a mailbox over POP3 (RFC 1939): TLS from the start, STLS without falling back (CN-13) or plain, certificate
 * checked (CN-14), signed in. Throws MailroomError: 8005E218 no such host, 8005E227 no connection, 8005E23A certificate,
 * 8005E216 sign-in refused, 8005E215 any other refusal, `mr_Pop3Timeout`, `mr_Pop3Aborted`.
 */
export const openPop3: OpenConnector = pop3Opener(systemClock);
