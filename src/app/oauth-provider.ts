import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { type OAuthProvider, oauthProviderOf } from '../connectors/oauth/oauth-provider.ts';
import type { RecordStore } from '../store/record-store.ts';
import { secretPlace } from '../store/sealed-columns.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, OAuthProviderChoice } from '../tables/choices.ts';

type Profile = RecordOf<'emailserverprofile'>;

const kindOf = {
  [OAuthProviderChoice.google]: 'google',
  [OAuthProviderChoice.microsoft]: 'microsoft',
  [OAuthProviderChoice.other]: 'other',
} as const;

/** Whether mailboxes of a profile sign in for one direction by the consent of a person (CN-05). */
export function signsInByConsent(profile: Profile, direction: 'incoming' | 'outgoing'): boolean {
  const retrieval =
    direction === 'incoming' ? profile.incomingcredentialretrieval : profile.outgoingcredentialretrieval;
  return retrieval === CredentialRetrieval.gmailOAuth;
}

/** Whether a mailbox signs in by consent in either direction. */
export async function needsConsent(records: RecordStore, mailbox: RecordOf<'mailbox'>): Promise<boolean> {
  const id = mailbox.emailserverprofile?.id;
  const profile = id === undefined ? undefined : await records.retrieve('emailserverprofile', id);
  return profile !== undefined && (signsInByConsent(profile, 'incoming') || signsInByConsent(profile, 'outgoing'));
}

/** The provider of a profile's mailboxes with the administrator's own client. Throws configuration `mr_OAuthRegistration` when something is missing. */
export async function readOAuthProvider(
  records: RecordStore,
  profile: Profile,
  secretBox: SecretBox,
): Promise<OAuthProvider> {
  const id = profile.emailserverprofileid ?? '';
  const { oauthclientsecret: sealed } = (await records.retrieve('emailserverprofile', id, ['oauthclientsecret'])) ?? {};
  const choice = profile.mr_oauthprovider ?? OAuthProviderChoice.google;
  const provider = oauthProviderOf({
    kind: kindOf[choice as keyof typeof kindOf] ?? 'google',
    clientId: profile.oauthclientid ?? '',
    clientSecret: sealed
      ? secretBox.open(sealed, secretPlace('emailserverprofile', id, 'oauthclientsecret'))
      : undefined,
    issuer: profile.mr_oauthissuer ?? undefined,
    scopes: profile.mr_oauthscopes ?? undefined,
    tenant: profile.exchangeonlinetenantid ?? undefined,
  });
  if (provider !== undefined && profile.oauthclientid) return provider;
  throw new MailroomError(
    `Profile "${profile.name}": its mailboxes sign in by consent (OAuth), but ${provider === undefined ? 'the issuer (mr_oauthissuer)' : 'the application id (oauthclientid)'} is empty. Register this service at the provider and enter it on the profile.`,
    { code: 'mr_OAuthRegistration', kind: 'configuration' },
  );
}
