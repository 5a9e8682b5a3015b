import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { Database } from '../store/database.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import type { Config } from './config-schema.ts';

/** Tells administrators by which ways users sign in, as the configuration of this process has it; secrets are told to be set, never themselves. */
export function signInSettingsActions(options: {
  readonly config: Config;
  readonly database: Database;
}): ActionHandlers<RuledStore> {
  const { config, database } = options;
  return {
    mr_RetrieveSignInSettings: async ({ caller }) => {
      if (!caller.isAdministrator)
        refuse('80040220', 'The settings of sign-in are for administrators. Ask one for a role.');
      const [passwords] = await database.sql<{ count: number }>(
        "select count(*)::int as count from mr_credential where kind = 'password'",
      );
      const root = config.publicUrl?.replace(/\/$/, '') ?? '';
      return {
        LocalSignIn: config.localSignIn,
        LocalAccounts: passwords?.count ?? 0,
        SessionHours: config.sessionHours,
        OidcIssuer: config.oidcIssuer ?? null,
        OidcAudience: config.oidcAudience ?? null,
        OidcClientId: config.oidcClientId ?? null,
        OidcIsClientSecretSet: config.oidcClientSecret !== undefined,
        OidcName: config.oidcName,
        OidcScopes: config.oidcScopes,
        OidcUserColumn: config.oidcUserColumn,
        OidcUserClaim: config.oidcUserClaim ?? null,
        OidcReturnUrl: `${root}/sign-in/openid/callback`,
        TokenUrl: `${root}/oauth2/token`,
      };
    },
  };
}
