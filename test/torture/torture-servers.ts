import { setTimeout as pause } from 'node:timers/promises';
import { startSmtpSandbox } from '../../testbed/demo/smtp-sandbox.ts';
import type { Json } from '../end-to-end/api-client.ts';
import { headerField } from './header-field.ts';
import { pop3Drops, type StartDrops } from './torture-drops.ts';
import { startTripwireProxy, type TripwireProxy } from './tripwire-proxy.ts';

/** A message that the SMTP recorder took. */
export interface RecordedMail {
  readonly subject: string;
  readonly messageId: string;
  readonly to: readonly string[];
}

/** Mail servers that live in the test, so that they outlive every kill. */
export interface TortureServers {
  /** The ways to them by name, each behind a tripwire. */
  readonly lines: Readonly<Record<string, TripwireProxy>>;
  /** Columns of the profile that leads to them. */
  readonly profile: Json;
  /** Columns of a mailbox on them, as far as the way to it is concerned. */
  mailbox(address: string): Json;
  /** Everything that was sent, except messages to the organisation's own addresses (Test & Enable). */
  readonly recorded: readonly RecordedMail[];
  deliver(address: string, raw: Buffer): void;
  /** How many messages a maildrop holds. */
  left(address: string): number;
  /** Gives all messages of a maildrop new numbers, where the server can; nobody may be reading it. */
  renumber?(address: string): Promise<void>;
  /** What else must not be there in the end, in words. */
  remains?(): readonly string[];
  stop(): Promise<void>;
}

/** Those that are sent to by SMTP. */
export interface ClassicServers extends TortureServers {
  readonly lines: { readonly smtp: TripwireProxy } & Readonly<Record<string, TripwireProxy>>;
}

/** Starts a maildrop for each of `addresses` and an SMTP recorder that takes `delayMs` for a message, both behind tripwires. */
export async function startTortureServers(
  addresses: readonly string[],
  delayMs: () => number = () => 0,
  startDrops: StartDrops = pop3Drops,
): Promise<ClassicServers> {
  const recorded: RecordedMail[] = [];
  const drops = await startDrops(addresses);
  const recorder = await startSmtpSandbox({
    users: new Map(),
    onMessage: async ({ to }, raw) => {
      await pause(delayMs());
      if (to.some((address) => addresses.includes(address))) return;
      recorded.push({ to, subject: headerField(raw, 'Subject'), messageId: headerField(raw, 'Message-ID') });
    },
  });
  const incoming = await startTripwireProxy(drops.port);
  const smtp = await startTripwireProxy(recorder.port);
  return {
    lines: { [drops.line]: incoming, smtp },
    profile: {
      servertype: drops.servertype,
      incomingserverlocation: '127.0.0.1',
      incomingportnumber: incoming.port,
      incomingusessl: false,
      incomingcredentialretrieval: 0,
      outgoingserverlocation: '127.0.0.1',
      outgoingportnumber: smtp.port,
      outgoingusessl: false,
      outgoingcredentialretrieval: 4,
    },
    mailbox: (address) => ({
      allowemailconnectortousecredentials: true,
      username: address,
      password: drops.password,
    }),
    recorded,
    deliver: (address, raw) => drops.deliver(address, raw),
    left: (address) => drops.left(address),
    ...(drops.renumber === undefined ? {} : { renumber: drops.renumber }),
    stop: async () => {
      await Promise.all([incoming.stop(), smtp.stop()]);
      await Promise.all([drops.stop(), recorder.stop()]);
    },
  };
}
