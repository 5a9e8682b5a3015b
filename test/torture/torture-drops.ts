import { startPop3Sandbox } from '../../testbed/demo/pop3-sandbox.ts';

/** A server whose maildrops outlive every kill. */
export interface TortureDrops {
  /** Name of the way to it: what the moments of `Dangers` call it. */
  readonly line: 'pop3' | 'imap';
  /** Columns of a profile that leads there, without location and port. */
  readonly servertype: number;
  readonly password: string;
  /** In plain text, so that words can be recognised. */
  readonly port: number;
  deliver(address: string, raw: Buffer): void;
  left(address: string): number;
  renumber?(address: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a maildrop for each address. */
export type StartDrops = (addresses: readonly string[]) => Promise<TortureDrops>;

const password = 'torture-password';

/** Maildrops in the test's own process, read by POP3. */
export const pop3Drops: StartDrops = async (addresses) => {
  const drops = await startPop3Sandbox({ users: new Map(addresses.map((address) => [address, password])) });
  return {
    line: 'pop3',
    servertype: 1,
    password,
    port: drops.port,
    deliver: (address, raw) => void drops.deliver(address, raw),
    left: (address) => drops.messages(address).length,
    stop: () => drops.stop(),
  };
};
