import { CredentialRetrieval, SecurityChoice, ServerType } from '../../../src/tables/choices.ts';

/** What is known of a kind of server before anybody types. */
export interface ProfileKind {
  readonly type: number;
  readonly isExchange: boolean;
  /** Values of a new profile. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Ways to authenticate that the kind takes, in each direction (EP-05, EP-06). */
  readonly incomingRetrievals: readonly number[];
  readonly outgoingRetrievals: readonly number[];
  readonly ports: { readonly incoming: string; readonly outgoing: string };
}

const { userOrQueue, profile, anonymous, gmailOAuth, oauthApp, serverToServer, windowsIntegrated } =
  CredentialRetrieval;

const plain = {
  incomingcredentialretrieval: userOrQueue,
  outgoingcredentialretrieval: userOrQueue,
  incomingusessl: true,
  outgoingusessl: true,
  mr_incomingsecurity: SecurityChoice.byPort,
  mr_outgoingsecurity: SecurityChoice.byPort,
} as const;

const exchangeWays = [userOrQueue, profile, windowsIntegrated, oauthApp];

/** Every kind of server, the usual first; what is fixed for a kind has one way only and is shown locked. */
export const profileKinds: readonly ProfileKind[] = [
  {
    type: ServerType.imapSmtp,
    isExchange: false,
    defaults: plain,
    incomingRetrievals: [userOrQueue, gmailOAuth],
    outgoingRetrievals: [userOrQueue, profile, gmailOAuth, anonymous],
    ports: { incoming: '993', outgoing: '587' },
  },
  {
    type: ServerType.pop3Smtp,
    isExchange: false,
    defaults: plain,
    incomingRetrievals: [userOrQueue, gmailOAuth],
    outgoingRetrievals: [userOrQueue, profile, gmailOAuth, anonymous],
    ports: { incoming: '995', outgoing: '587' },
  },
  {
    type: ServerType.exchangeServer,
    isExchange: true,
    defaults: {
      ...plain,
      useautodiscover: true,
      usesamesettingsforoutgoingconnections: true,
    },
    incomingRetrievals: exchangeWays,
    outgoingRetrievals: exchangeWays,
    ports: { incoming: '443', outgoing: '443' },
  },
  {
    type: ServerType.exchangeHybrid,
    isExchange: true,
    defaults: { ...plain, useautodiscover: true, usesamesettingsforoutgoingconnections: true },
    incomingRetrievals: [...exchangeWays, CredentialRetrieval.hybridModernAuth],
    outgoingRetrievals: [...exchangeWays, CredentialRetrieval.hybridModernAuth],
    ports: { incoming: '443', outgoing: '443' },
  },
  {
    type: ServerType.exchangeOnlineHybrid,
    isExchange: true,
    defaults: {
      ...plain,
      incomingcredentialretrieval: oauthApp,
      outgoingcredentialretrieval: oauthApp,
      incomingserverlocation: 'https://outlook.office365.com/EWS/Exchange.asmx',
      outgoingserverlocation: 'https://outlook.office365.com/EWS/Exchange.asmx',
      useautodiscover: false,
      usesamesettingsforoutgoingconnections: true,
    },
    incomingRetrievals: [oauthApp, serverToServer],
    outgoingRetrievals: [oauthApp, serverToServer],
    ports: { incoming: '443', outgoing: '443' },
  },
];

/** Server types that a new profile can have: those whose servers Mailroom speaks to. */
export const offeredTypes: readonly number[] = profileKinds.map((kind) => kind.type);

/** The kind of a server type; a type that cannot be made any more reads as Exchange Server. */
export function kindOf(type: unknown): ProfileKind {
  const found = profileKinds.find((kind) => kind.type === type);
  const exchange = profileKinds.find((kind) => kind.type === ServerType.exchangeServer);
  return found ?? exchange ?? (profileKinds[0] as ProfileKind);
}
