/** A provider of OAuth and this service's registration with it, for the mailboxes of one profile. */
export interface OAuthProvider {
  /** As people know it. */
  readonly name: string;
  /** Its issuer; metadata are found from it (RFC 8414, OpenID Connect Discovery) unless `endpoints` are fixed. */
  readonly issuer: string;
  readonly endpoints?: { readonly authorize: string; readonly token: string } | undefined;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string | undefined;
  readonly scopes: string;
  /** Further parameters of the page that asks for consent. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Which provider: the choices of `emailserverprofile.mr_oauthprovider`. */
export type OAuthProviderKind = 'google' | 'microsoft' | 'other';

/** What an administrator enters. */
export interface OAuthRegistration {
  readonly kind: OAuthProviderKind;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Overrides the known address of the provider; needed for `other`. */
  readonly issuer?: string | undefined;
  /** Overrides the usual scopes. */
  readonly scopes?: string | undefined;
  /** Microsoft's directory; `common` when absent. */
  readonly tenant?: string | undefined;
}

const outlook = 'https://outlook.office.com';

/** Scopes that allow reading and sending mail, and staying signed in. */
const usualScopes: Readonly<Record<OAuthProviderKind, string>> = {
  google: 'openid email https://mail.google.com/',
  microsoft: `offline_access ${outlook}/IMAP.AccessAsUser.All ${outlook}/POP.AccessAsUser.All ${outlook}/SMTP.Send`,
  other: 'openid email offline_access',
};

/** The provider of a registration (CN-05); undefined when the issuer that `other` needs is missing. Pure. */
export function oauthProviderOf(registration: OAuthRegistration): OAuthProvider | undefined {
  const { kind, clientId, clientSecret, issuer } = registration;
  const common = { clientId, clientSecret, scopes: registration.scopes || usualScopes[kind] };
  if (kind === 'google') {
    // Google gives a refresh token only when asked so, and again only when the person is asked again.
    const parameters = { access_type: 'offline', prompt: 'consent' };
    return { name: 'Google', issuer: issuer || 'https://accounts.google.com', parameters, ...common };
  }
  if (kind === 'microsoft' && !issuer) {
    const base = `https://login.microsoftonline.com/${encodeURIComponent(registration.tenant || 'common')}`;
    const endpoints = { authorize: `${base}/oauth2/v2.0/authorize`, token: `${base}/oauth2/v2.0/token` };
    return { name: 'Microsoft', issuer: `${base}/v2.0`, endpoints, parameters: {}, ...common };
  }
  if (!issuer) return undefined;
  const name = kind === 'microsoft' ? 'Microsoft' : new URL(issuer).host;
  return { name, issuer, parameters: {}, ...common };
}
