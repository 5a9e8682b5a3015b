import type { Pop3Stream } from './pop3-stream.ts';

/** What the server says it can (RFC 2449); all false when it does not know CAPA. */
export interface Pop3Capabilities {
  /** False when the server refused CAPA: then nothing is known, and what is needed is simply tried. */
  readonly known: boolean;
  readonly top: boolean;
  readonly uidl: boolean;
  readonly user: boolean;
  readonly pipelining: boolean;
  readonly stls: boolean;
  /** SASL mechanisms in capitals (RFC 5034). */
  readonly sasl: ReadonlySet<string>;
}

/** A list of capabilities is a few lines; 64 KiB leaves room for any extension. */
const maxCapabilityBytes = 64 * 1024;

/** Asks CAPA; a refusal is an answer too. Throws MailroomError when the conversation fails. */
export async function askCapabilities(stream: Pop3Stream): Promise<Pop3Capabilities> {
  stream.send('CAPA\r\n');
  const reply = await stream.readReply('CAPA');
  if (reply.status !== 'ok') return parseCapabilities(undefined);
  const body = await stream.readBody({ maxBytes: maxCapabilityBytes, excess: 'truncate' }, maxCapabilityBytes);
  return parseCapabilities(body.bytes.toString('latin1'));
}

/** Reads the lines of a CAPA answer; undefined stands for a server without CAPA. */
export function parseCapabilities(text: string | undefined): Pop3Capabilities {
  const byName = new Map<string, string[]>();
  for (const line of (text ?? '').split('\r\n')) {
    const [name, ...values] = line.toUpperCase().split(/[ \t]+/);
    if (name) byName.set(name, values);
  }
  return {
    known: text !== undefined,
    top: byName.has('TOP'),
    uidl: byName.has('UIDL'),
    user: byName.has('USER'),
    pipelining: byName.has('PIPELINING'),
    stls: byName.has('STLS'),
    sasl: new Set(byName.get('SASL') ?? []),
  };
}
