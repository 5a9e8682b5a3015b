import type { AutodiscoverRedirect } from './autodiscover/autodiscover-rules.ts';
import type { FaultPlan } from './http/fault-plan.ts';
import type { RequestRecord } from './http/request-log.ts';
import type { AcceptTicket, AuthMethod } from './http/sign-in.ts';
import type { ThrottlePolicy } from './http/throttle.ts';
import type { OutboundHost } from './mail/smtp-gateway.ts';
import type { SubscriptionHub } from './notifications/subscription-hub.ts';
import type { OAuthClient, TokenIssuer } from './oauth/token-issuer.ts';
import type { Tap } from './soap/soap-service.ts';
import type { Account } from './store/account.ts';
import type { Item } from './store/item.ts';
import type { ServerProduct } from './store/server-version.ts';
import type { AccountOptions, OutboundMessage } from './store/world.ts';

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
  /** Judges Kerberos tickets where `auth` has `negotiate`, which takes NTLM as well; none is good when absent. */
  readonly acceptTicket?: AcceptTicket;
  readonly tls?: { readonly keyPem: string; readonly certPem: string };
  /** NTLM must be bound to the TLS channel (Extended Protection). */
  readonly requiresChannelBinding?: boolean;
  /** Applications of the directory that may get tokens at `tokenUrl`. */
  readonly oauthClients?: readonly OAuthClient[];
  /** Tenant of the directory; a fixed one when absent. */
  readonly tenant?: string;
  readonly autodiscoverRedirects?: readonly AutodiscoverRedirect[];
  /** Where a GET of Autodiscover is sent. */
  readonly autodiscoverGetRedirect?: string;
  /** What a user may ask in a time; no limit when absent. */
  readonly throttle?: ThrottlePolicy;
  /** Takes mail by SMTP on this port of loopback (0 for any free one). */
  readonly smtpPort?: number;
  /** Largest message that may be sent, bytes; no limit when absent. */
  readonly maxMessageBytes?: number;
  /** SMTP server for mail to other domains; it is only kept in `sent` when absent. */
  readonly outbound?: OutboundHost;
  /** Is shown every SOAP message, streamed ones too. */
  readonly tap?: Tap;
  /** Is told mail to other domains. */
  readonly onOutbound?: (message: OutboundMessage) => void;
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
  /** Port that takes mail by SMTP; undefined without `smtpPort`. */
  readonly smtpPort: number | undefined;
  /** Issuer of the directory's tokens, with `/.well-known/openid-configuration` below it. */
  readonly issuer: string;
  readonly tokenUrl: string;
  /** Makes and revokes tokens without asking the directory. */
  readonly tokens: TokenIssuer;
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
  /** Connections that are open. */
  connections(): number;
  /** Ends every connection at once, as a server does that is restarted. */
  endConnections(): void;
  /** Subscriptions and streaming connections; both can be ended from here. */
  readonly subscriptions: SubscriptionHub;
  /** Mail that left for other servers. */
  readonly sent: readonly OutboundMessage[];
  stop(): Promise<void>;
}
