import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { ExchangeEndpoint } from '../connectors/exchange/exchange-endpoint.ts';
import type { AppRegistration, AppTokens } from '../connectors/exchange/oauth/app-tokens.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, ServerType } from '../tables/choices.ts';

type Profile = RecordOf<'emailserverprofile'>;
type Direction = 'incoming' | 'outgoing';

/** Directories by `serverauthority`; 3 (automatic) is the public one. */
const authorities = [
  'https://login.microsoftonline.com',
  'https://login.microsoftonline.us',
  'https://login.chinacloudapi.cn',
];
const exchangeOnline = 'https://outlook.office365.com';
const answerMs = 60_000;

/** How a profile has its mailboxes signed in. */
function retrievalOf(profile: Profile, direction: Direction): number | null | undefined {
  return direction === 'incoming' ? profile.incomingcredentialretrieval : profile.outgoingcredentialretrieval;
}

/** True where an application signs in with tokens: OAuth with Entra ID, or hybrid modern authentication (CN-02, CN-04). */
export function signsInAsApp(profile: Profile, direction: Direction): boolean {
  const retrieval = retrievalOf(profile, direction);
  return retrieval === CredentialRetrieval.oauthApp || retrieval === CredentialRetrieval.hybridModernAuth;
}

/** The profile as the general endpoint wants it: Exchange Online is where it always is (CN-10), and no password is asked for where an application or the service's own ticket signs in. */
export function forExchange(profile: Profile, direction: Direction): Profile {
  const usual = profile.servertype === ServerType.exchangeOnlineHybrid ? exchangeOnline : '';
  const needsNone =
    signsInAsApp(profile, direction) || retrievalOf(profile, direction) === CredentialRetrieval.windowsIntegrated;
  const anonymous = CredentialRetrieval.anonymous;
  if (usual === '' && !needsNone) return profile;
  return {
    ...profile,
    incomingserverlocation: profile.incomingserverlocation || usual,
    outgoingserverlocation: profile.outgoingserverlocation || usual,
    ...(needsNone ? { incomingcredentialretrieval: anonymous, outgoingcredentialretrieval: anonymous } : {}),
  };
}

/** The sealed client secret of a profile. */
export async function readClientSecret(records: RecordStore, profile: Profile): Promise<string | null | undefined> {
  const row = await records.retrieve('emailserverprofile', profile.emailserverprofileid ?? '', ['oauthclientsecret']);
  return row?.oauthclientsecret;
}

/** The endpoint with the application's tokens, which always acts for the mailbox (CN-02). `sealedSecret` is the profile's client secret. */
export function asApp(
  endpoint: ExchangeEndpoint,
  profile: Profile,
  direction: Direction,
  sealedSecret: string | null | undefined,
  box: SecretBox,
  tokens: AppTokens,
): ExchangeEndpoint {
  const app = registrationOf(endpoint, profile, direction, sealedSecret, box);
  return {
    ...endpoint,
    impersonates: true,
    account: `application ${app.clientId}`,
    bearer: {
      token: () => tokens.get(app, AbortSignal.timeout(answerMs)),
      refuse: () => tokens.forget(app),
    },
  };
}

function registrationOf(
  endpoint: ExchangeEndpoint,
  profile: Profile,
  direction: Direction,
  sealedSecret: string | null | undefined,
  box: SecretBox,
): AppRegistration {
  const { oauthclientid: clientId, exchangeonlinetenantid: tenant } = profile;
  if (!clientId || !sealedSecret || (!tenant && !profile.mr_oauthtokenendpoint)) {
    throw new MailroomError(
      `Profile "${profile.name}" signs in by OAuth and lacks application id, client secret or tenant. Enter all three.`,
      { code: '8005E209', kind: 'configuration' },
    );
  }
  const authority = authorities[profile.serverauthority ?? 0] ?? authorities[0];
  // Hybrid: the token is for the server in the house, not for Exchange Online.
  const isHybrid = retrievalOf(profile, direction) === CredentialRetrieval.hybridModernAuth;
  return {
    tokenEndpoint: profile.mr_oauthtokenendpoint || `${authority}/${tenant}/oauth2/v2.0/token`,
    clientId,
    clientSecret: box.open(sealedSecret, `emailserverprofile/${profile.emailserverprofileid}/oauthclientsecret`),
    scope: `${isHybrid ? new URL(endpoint.ewsUrl).origin : exchangeOnline}/.default`,
  };
}
