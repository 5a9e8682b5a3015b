import { setTimeout as pause } from 'node:timers/promises';
import { startPop3Sandbox } from '../../testbed/demo/pop3-sandbox.ts';
import { startSmtpSandbox } from '../../testbed/demo/smtp-sandbox.ts';
import type { Json } from '../end-to-end/api-client.ts';
import { headerField } from './header-field.ts';
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
  /** What else must not be there in the end, in words. */
  remains?(): readonly string[];
  stop(): Promise<void>;
}

/** Those of POP3 and SMTP. */
export interface ClassicServers extends TortureServers {
  readonly lines: { readonly pop3: TripwireProxy; readonly smtp: TripwireProxy };
}

/** Password of every maildrop. */
export const torturePassword = 'torture-password';

/** Starts a POP3 maildrop for each of `addresses` and an SMTP recorder that takes `delayMs` for a message, both behind tripwires. */
export async function startTortureServers(
  addresses: readonly string[],
  delayMs: () => number = () => 0,
): Promise<ClassicServers> {
  const recorded: RecordedMail[] = [];
  const users = new Map(addresses.map((address) => [address, torturePassword]));
  const drops = await startPop3Sandbox({ users });
  const recorder = await startSmtpSandbox({
    users: new Map(),
    onMessage: async ({ to }, raw) => {
      await pause(delayMs());
      if (to.some((address) => addresses.includes(address))) return;
      recorded.push({ to, subject: headerField(raw, 'Subject'), messageId: headerField(raw, 'Message-ID') });
    },
  });
  const pop3 = await startTripwireProxy(drops.port);
  const smtp = await startTripwireProxy(recorder.port);
  return {
    lines: { pop3, smtp },
    profile: {
      servertype: 1,
      incomingserverlocation: '127.0.0.1',
      incomingportnumber: pop3.port,
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
      password: torturePassword,
    }),
    recorded,
    deliver: (address, raw) => void drops.deliver(address, raw),
    left: (address) => drops.messages(address).length,
    stop: async () => {
      await Promise.all([pop3.stop(), smtp.stop()]);
      await Promise.all([drops.stop(), recorder.stop()]);
    },
  };
}
