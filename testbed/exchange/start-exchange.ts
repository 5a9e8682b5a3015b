import { FaultPlan } from './http/fault-plan.ts';
import { openFront } from './http/http-front.ts';
import { RequestLog, type RequestRecord } from './http/request-log.ts';
import type { AuthMethod } from './http/sign-in.ts';
import { itemOfMessage } from './items/item-of-message.ts';
import { deliver } from './mail/deliver.ts';
import { sendMessage } from './mail/send-message.ts';
import { SubscriptionHub } from './notifications/subscription-hub.ts';
import { SchemaTable } from './schema/schema-table.ts';
import { SoapService } from './soap/soap-service.ts';
import type { Account } from './store/account.ts';
import type { Item } from './store/item.ts';
import { type ServerProduct, serverVersion } from './store/server-version.ts';
import { type AccountOptions, type OutboundMessage, World } from './store/world.ts';

export interface ExchangeOptions {
  readonly mailboxes: readonly AccountOptions[];
  /** Product to be; Exchange SE when absent. */
  readonly version?: ServerProduct;
  /** TCP port; any free one when absent. */
  readonly port?: number;
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string;
  /** Ways to sign in; Basic when absent. */
  readonly auth?: readonly AuthMethod[];
  readonly tls?: { readonly keyPem: string; readonly certPem: string };
  /** Distribution groups: address to name and members. */
  readonly groups?: Readonly<Record<string, { readonly name: string; readonly members: readonly string[] }>>;
  /** Servers of the array, between which mailboxes are spread; one when absent. */
  readonly backEnds?: number;
  /** Pause between signs of life of a stream without news, ms; 45 seconds when absent. */
  readonly heartbeatMs?: number;
  /** The time, ms; the system's when absent. */
  readonly now?: () => number;
}

/** A message to be put into a mailbox as if it had lain there. */
export interface SeedMessage {
  /** Bytes with CRLF line ends, or what makes them anew each time they are asked for. */
  readonly mime: Buffer | (() => Buffer);
  readonly received?: Date;
  readonly isRead?: boolean;
}

/** A simulated Exchange server whose state lives in memory. */
export interface ExchangeSimulator {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** URL of Exchange Web Services. */
  readonly ewsUrl: string;
  readonly port: number;
  readonly faults: FaultPlan;
  readonly requests: readonly RequestRecord[];
  forgetRequests(): void;
  /** The account of an address; its `mailbox` can be looked into and changed. */
  account(address: string): Account;
  addMailbox(options: AccountOptions): Account;
  /** Lets a message arrive in an inbox. */
  deliver(address: string, raw: Buffer): Item;
  /** Hands a message over as an SMTP server does: to mailboxes here, else to `sent`. */
  send(from: string, to: readonly string[], raw: Buffer): Promise<void>;
  /** Puts messages into a folder (distinguished word or folder id) without telling of new mail. */
  seed(address: string, folder: string, messages: Iterable<SeedMessage>): void;
  /** Makes a folder below another (distinguished word or folder id) and gives its id. */
  makeFolder(address: string, parent: string, name: string): string;
  /** Subscriptions and streaming connections; both can be ended from here. */
  readonly subscriptions: SubscriptionHub;
  /** Mail that left for other servers. */
  readonly sent: readonly OutboundMessage[];
  stop(): Promise<void>;
}

/** Starts the simulator on loopback; rejects when the port is taken. */
export async function startExchange(options: ExchangeOptions): Promise<ExchangeSimulator> {
  const world = new World(serverVersion(options.version ?? 'ExchangeSE'), options.now ?? Date.now, options.backEnds);
  for (const one of options.mailboxes) world.addAccount(one);
  for (const [address, group] of Object.entries(options.groups ?? {})) world.groups.set(address.toLowerCase(), group);
  const sent: OutboundMessage[] = [];
  world.sendOut = async (message) => void sent.push(message);
  const [faults, log] = [new FaultPlan(), new RequestLog()];
  const hub = new SubscriptionHub(world.now);
  const soap = new SoapService(world, new SchemaTable(), hub);
  const parts = { world, faults, log, soap, heartbeatMs: options.heartbeatMs ?? 45_000 };
  const front = await openFront(
    {
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      auth: options.auth ?? ['basic'],
      ...(options.tls && { tls: options.tls }),
    },
    parts,
  );
  const folderOf = (address: string, name: string) => {
    const { mailbox } = world.accountOf(address);
    return mailbox.folders.get(name) ?? mailbox.folderNamed(name);
  };
  return {
    url: front.url,
    ewsUrl: `${front.url}/EWS/Exchange.asmx`,
    port: front.port,
    faults,
    get requests() {
      return log.records;
    },
    forgetRequests: () => log.clear(),
    account: (address) => world.accountOf(address),
    addMailbox: (account) => world.addAccount(account),
    deliver: (address, raw) => deliver(world, world.accountOf(address), raw),
    send: (from, to, raw) => sendMessage(world, from, to, raw),
    seed: (address, name, messages) => {
      const { mailbox } = world.accountOf(address);
      const folder = folderOf(address, name);
      for (const { mime, received, isRead } of messages) {
        const arrival = {
          now: world.now(),
          isRead: isRead ?? false,
          ...(received && { received: received.getTime() }),
        };
        mailbox.addItem(folder, itemOfMessage(mime, arrival));
      }
    },
    makeFolder: (address, parent, name) =>
      world.accountOf(address).mailbox.createFolder('Folder', 'IPF.Note', name, folderOf(address, parent)).id,
    subscriptions: hub,
    sent,
    stop: () => front.stop(),
  };
}
