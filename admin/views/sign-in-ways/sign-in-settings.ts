/** The service knows its public address where it is told; otherwise it is the one of this page. */
export function absolute(url: string): string {
  return url.startsWith('/') ? `${location.origin}${url}` : url;
}

/** What `mr_RetrieveSignInSettings` answers. */
export interface SignInSettings {
  readonly LocalSignIn: boolean;
  readonly LocalAccounts: number;
  readonly SessionHours: number;
  readonly OidcIssuer: string | null;
  readonly OidcAudience: string | null;
  readonly OidcClientId: string | null;
  readonly OidcIsClientSecretSet: boolean;
  readonly OidcName: string;
  readonly OidcScopes: string;
  readonly OidcUserColumn: string;
  readonly OidcUserClaim: string | null;
  readonly OidcReturnUrl: string;
  readonly TokenUrl: string;
}
