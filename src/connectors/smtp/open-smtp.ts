import { type Clock, systemClock } from '../../base/clock.ts';
import type { CheckStep, Connector, Endpoint, OpenConnector } from '../../contracts/connector.ts';
import { SmtpConnectionPool } from './smtp-connection-pool.ts';
import { withoutSecrets } from './smtp-errors.ts';
import { SmtpSender } from './smtp-sender.ts';
import { SmtpSession } from './smtp-session.ts';
import { trustOf } from './smtp-socket.ts';

/** An opener of SMTP connectors whose deadlines run on `clock`. */
export function smtpOpener(clock: Clock): OpenConnector {
  return async (endpoint, signal): Promise<Connector> => {
    const trust = trustOf(endpoint);
    const open = (openSignal: AbortSignal) => SmtpSession.open(endpoint, trust, clock, openSignal);
    const pool = new SmtpConnectionPool(open, endpoint.maxConnections ?? 1);
    const session = await pool.acquire(signal);
    const steps = stepsOf(endpoint, session);
    pool.release(session);
    return {
      sender: new SmtpSender(endpoint, pool),
      steps,
      close: () => pool.close(),
      abort: () => pool.abort(),
    };
  };
}

/**
 * Opens an SMTP connector: the first connection is made, secured and signed in now, more when they are needed
 * (behaviour CN-13, CN-14, TE-03; RFC 5321, RFC 3207, RFC 8314, RFC 4954). Throws MailroomError: kind configuration for
 * an unknown host, certificate, TLS mode or port; credentials for a refused sign-in; transient for the rest.
 */
export const openSmtp: OpenConnector = smtpOpener(systemClock);

function stepsOf(endpoint: Endpoint, session: SmtpSession): CheckStep[] {
  const { host, port, security, signIn } = endpoint;
  const ok = true;
  const connect = { name: 'connect', ok, detail: `Connected to ${host}:${port}.`, serverReply: session.helloReply };
  const secured: Readonly<Record<Endpoint['security'], string>> = {
    tls: 'TLS from the first byte; the certificate is valid.',
    starttls: 'TLS by STARTTLS; the certificate is valid.',
    none: 'Not encrypted: the profile says so.',
  };
  const steps: CheckStep[] = [connect, { name: 'secure', ok, detail: secured[security] }];
  if (signIn.kind === 'none') return [...steps, { name: 'signin', ok, detail: 'No sign-in: the profile says so.' }];
  const how = signIn.kind === 'oauth' ? 'an access token' : 'a password';
  const serverReply = withoutSecrets(session.signInReply, signIn);
  return [...steps, { name: 'signin', ok, detail: `Signed in as ${signIn.username} with ${how}.`, serverReply }];
}
