import type { ExchangeOptions, ExchangeSimulator, SeedMessage } from './exchange-simulator.ts';
import { FaultPlan } from './http/fault-plan.ts';
import { type Front, type FrontParts, openFront } from './http/http-front.ts';
import { RequestLog } from './http/request-log.ts';
import { SignInDesk } from './http/sign-in.ts';
import { Throttle } from './http/throttle.ts';
import { itemOfMessage } from './items/item-of-message.ts';
import { deliver } from './mail/deliver.ts';
import { sendMessage } from './mail/send-message.ts';
import { openSmtpGateway, type SmtpGateway, sendOutBy } from './mail/smtp-gateway.ts';
import { SubscriptionHub } from './notifications/subscription-hub.ts';
import { TokenIssuer } from './oauth/token-issuer.ts';
import { SchemaTable } from './schema/schema-table.ts';
import { SoapService } from './soap/soap-service.ts';
import type { Folder } from './store/folder.ts';
import { serverVersion } from './store/server-version.ts';
import { type OutboundMessage, World } from './store/world.ts';

export type { ExchangeOptions, ExchangeSimulator, SeedMessage } from './exchange-simulator.ts';

const defaultTenant = '72f988bf-0000-4000-8000-000000000001';

/** Starts the simulator on loopback; rejects when a port is taken. */
export async function startExchange(options: ExchangeOptions): Promise<ExchangeSimulator> {
  const world = new World(serverVersion(options.version ?? 'ExchangeSE'), options.now ?? Date.now, options.backEnds);
  world.maxMessageBytes = options.maxMessageBytes ?? world.maxMessageBytes;
  for (const one of options.mailboxes) world.addAccount(one);
  for (const [address, group] of Object.entries(options.groups ?? {})) world.groups.set(address.toLowerCase(), group);
  const sent: OutboundMessage[] = [];
  const sendFurther = options.outbound === undefined ? undefined : sendOutBy(options.outbound);
  world.sendOut = async (message) => {
    sent.push(message);
    options.onOutbound?.(message);
    await sendFurther?.(message);
  };
  const parts = partsOf(world, options);
  const { host = '127.0.0.1', port = 0, tls } = options;
  const front = await openFront({ host, port, ...(tls && { tls }) }, parts);
  parts.tokens.issuer = `${front.url}/${parts.tokens.tenant}/v2.0`;
  const smtp = options.smtpPort === undefined ? undefined : await openSmtpGateway(world, options.smtpPort);
  return handle(world, parts, front, smtp, sent);
}

function partsOf(world: World, options: ExchangeOptions): FrontParts {
  const hub = new SubscriptionHub(world.now);
  const tokens = new TokenIssuer(world, options.tenant ?? defaultTenant, options.oauthClients ?? []);
  return {
    world,
    hub,
    tokens,
    faults: new FaultPlan(),
    log: new RequestLog(),
    soap: new SoapService(world, new SchemaTable(), hub, options.tap),
    heartbeatMs: options.heartbeatMs ?? 45_000,
    throttle: new Throttle(options.throttle, world.version.connectionLimit, world.now),
    desk: new SignInDesk(world, {
      methods: options.auth ?? ['basic'],
      requiresChannelBinding: options.requiresChannelBinding ?? false,
      certPem: options.tls?.certPem,
      tokens,
      acceptTicket: options.acceptTicket,
    }),
    autodiscover: (url) => ({
      ewsUrl: `${url}/EWS/Exchange.asmx`,
      redirects: options.autodiscoverRedirects ?? [],
      getRedirect: options.autodiscoverGetRedirect,
    }),
  };
}

function handle(
  world: World,
  { faults, log, hub, tokens }: FrontParts,
  front: Front,
  smtp: SmtpGateway | undefined,
  sent: readonly OutboundMessage[],
): ExchangeSimulator {
  return {
    url: front.url,
    ewsUrl: `${front.url}/EWS/Exchange.asmx`,
    port: front.port,
    smtpPort: smtp?.port,
    issuer: tokens.issuer,
    tokenUrl: `${front.url}/${tokens.tenant}/oauth2/v2.0/token`,
    tokens,
    faults,
    get requests() {
      return log.records;
    },
    forgetRequests: () => log.clear(),
    account: (address) => world.accountOf(address),
    addMailbox: (account) => world.addAccount(account),
    deliver: (address, raw) => deliver(world, world.accountOf(address), raw),
    send: (from, to, raw) => sendMessage(world, from, to, raw),
    seed: (address, name, messages) => seed(world, address, name, messages),
    makeFolder: (address, parent, name) => {
      const { mailbox } = world.accountOf(address);
      return mailbox.createFolder('Folder', 'IPF.Note', name, folderOf(world, address, parent)).id;
    },
    connections: front.connections,
    endConnections: front.endConnections,
    subscriptions: hub,
    sent,
    stop: async () => {
      hub.removeAll();
      await smtp?.stop();
      await front.stop();
    },
  };
}

function seed(world: World, address: string, name: string, messages: Iterable<SeedMessage>): void {
  const folder = folderOf(world, address, name);
  for (const { mime, received, isRead = false } of messages) {
    const arrival = { now: world.now(), isRead, ...(received && { received: received.getTime() }) };
    world.accountOf(address).mailbox.addItem(folder, itemOfMessage(mime, arrival));
  }
}

/** The folder of a distinguished word or an id. */
function folderOf(world: World, address: string, name: string): Folder {
  const { mailbox } = world.accountOf(address);
  return mailbox.folders.get(name) ?? mailbox.folderNamed(name);
}
