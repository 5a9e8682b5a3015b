import { setTimeout as pause } from 'node:timers/promises';
import { startPop3Sandbox } from '../../testbed/demo/pop3-sandbox.ts';
import { startSmtpSandbox } from '../../testbed/demo/smtp-sandbox.ts';
import { startTripwireProxy, type TripwireProxy } from './tripwire-proxy.ts';

/** A message that the SMTP recorder took. */
export interface RecordedMail {
  readonly subject: string;
  readonly messageId: string;
  readonly to: readonly string[];
}

/** Mail servers that live in the test, so that they outlive every kill. */
export interface TortureServers {
  readonly pop3: TripwireProxy;
  readonly smtp: TripwireProxy;
  /** Everything that was sent, except messages to the organisation's own addresses (Test & Enable). */
  readonly recorded: readonly RecordedMail[];
  deliver(address: string, raw: Buffer): void;
  /** How many messages a maildrop holds. */
  left(address: string): number;
  stop(): Promise<void>;
}

/** Password of every maildrop. */
export const torturePassword = 'torture-password';

/** Starts a POP3 maildrop for each of `addresses` and an SMTP recorder that takes `delayMs` for a message, both behind tripwires. */
export async function startTortureServers(
  addresses: readonly string[],
  delayMs: () => number = () => 0,
): Promise<TortureServers> {
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
    pop3,
    smtp,
    recorded,
    deliver: (address, raw) => void drops.deliver(address, raw),
    left: (address) => drops.messages(address).length,
    stop: async () => {
      await Promise.all([pop3.stop(), smtp.stop()]);
      await Promise.all([drops.stop(), recorder.stop()]);
    },
  };
}

function headerField(raw: Buffer, name: string): string {
  const head =
    raw
      .toString('latin1')
      .split('\r\n\r\n', 1)[0]
      ?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  const value = new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return value.replace(/^<|>$/g, '');
}
