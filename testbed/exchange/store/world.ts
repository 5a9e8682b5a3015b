import type { Account } from './account.ts';
import { Mailbox } from './mailbox.ts';
import type { ServerVersion } from './server-version.ts';

/** A user to be made. */
export interface AccountOptions {
  readonly address: string;
  readonly password: string;
  readonly displayName?: string;
  readonly aliases?: readonly string[];
  /** Windows name of a time zone; UTC when absent. */
  readonly timeZone?: string;
  /** May act as any other user. */
  readonly mayImpersonate?: boolean;
}

/** A message that left for another server. */
export interface OutboundMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** Everything the simulated server knows. */
export class World {
  readonly accounts: Account[] = [];
  /** Distribution groups of the directory: address to members. */
  readonly groups = new Map<string, { readonly name: string; readonly members: readonly string[] }>();
  /** Takes mail to addresses of other servers. */
  sendOut: (message: OutboundMessage) => Promise<void> = async () => undefined;
  readonly version: ServerVersion;
  readonly now: () => number;
  /** Servers of the array; each mailbox lives on one. */
  readonly backEnds: number;
  /** Largest message that may be sent, bytes; organisations often allow 10 MB. */
  maxMessageBytes = Number.POSITIVE_INFINITY;
  readonly #byAddress = new Map<string, Account>();

  constructor(version: ServerVersion, now: () => number, backEnds = 1) {
    this.version = version;
    this.now = now;
    this.backEnds = backEnds;
  }

  /** Name of the server of the array a mailbox lives on. */
  backEndOf(account: Account): string {
    return `mbx${(account.mailbox.number - 1) % this.backEnds}.x.local`;
  }

  addAccount(options: AccountOptions): Account {
    const number = this.accounts.length + 1;
    const [user = options.address, host = ''] = options.address.split('@');
    const account: Account = {
      address: options.address,
      displayName: options.displayName ?? user,
      aliases: options.aliases ?? [],
      userName: user,
      domain: (host.split('.')[0] ?? '').toUpperCase(),
      sid: `S-1-5-21-1004336348-1177238915-682003330-${1000 + number}`,
      password: options.password,
      timeZone: options.timeZone ?? 'UTC',
      mailbox: new Mailbox(number, options.address, this.now),
      mayImpersonate: options.mayImpersonate ?? false,
      fullAccess: new Set(),
      sendAs: new Set(),
      sendOnBehalf: new Set(),
      permissions: new Map(),
      outOfOffice: undefined,
    };
    for (const address of [account.address, ...account.aliases]) {
      if (this.#byAddress.has(address.toLowerCase())) throw new Error(`Two mailboxes with the address ${address}.`);
      this.#byAddress.set(address.toLowerCase(), account);
    }
    this.accounts.push(account);
    return account;
  }

  /** The account an address leads to. */
  account(address: string): Account | undefined {
    return this.#byAddress.get(address.toLowerCase());
  }

  /** The account of that address; throws where there is none. */
  accountOf(address: string): Account {
    const account = this.account(address);
    if (account === undefined) throw new Error(`The simulator has no mailbox ${address}.`);
    return account;
  }

  accountNumbered(number: number): Account | undefined {
    return this.accounts[number - 1];
  }

  /** The account a sign-in name means: address, `DOMAIN\user`, or the user's part alone. */
  accountSigningIn(name: string): Account | undefined {
    const [domain, user] = name.includes('\\') ? name.split('\\') : ['', name];
    const wanted = (user ?? '').toLowerCase();
    const direct = this.account(wanted);
    if (direct !== undefined) return direct;
    return this.accounts.find(
      (one) => one.userName.toLowerCase() === wanted && (domain === '' || one.domain === (domain ?? '').toUpperCase()),
    );
  }

  /** True for an address in a domain whose mailboxes live here. */
  isLocalDomain(address: string): boolean {
    const domain = address.toLowerCase().split('@')[1];
    return this.accounts.some((one) => one.address.toLowerCase().endsWith(`@${domain}`));
  }
}
