import type { Endpoint } from '../../../src/contracts/connector.ts';
import type { OutgoingMail } from '../../../src/contracts/mail-sender.ts';

/** A plain loopback endpoint for tests. */
export function loopback(port: number, more: Partial<Endpoint> = {}): Endpoint {
  return {
    host: '127.0.0.1',
    port,
    security: 'none',
    signIn: { kind: 'none' },
    timeoutMs: 10_000,
    maxMessageBytes: 1_000_000,
    clientName: 'client.example',
    ...more,
  };
}

/** A small message for `to`. */
export function mailTo(...to: readonly string[]): OutgoingMail {
  const raw = Buffer.from('From: a@example.com\r\nSubject: hello\r\nMessage-ID: <1@example.com>\r\n\r\nBody.\r\n');
  return { envelope: { from: 'a@example.com', to }, messageId: '1@example.com', raw };
}

/** A signal nobody aborts. */
export const never = new AbortController().signal;
