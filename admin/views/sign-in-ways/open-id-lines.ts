/** What is entered to set a provider of OpenID Connect up. */
export interface OpenIdEntries {
  readonly issuer: string;
  readonly clientId: string;
  readonly name: string;
  readonly column: string;
  readonly publicUrl: string;
}

/** Providers whose issuer is known but for a part of it, which stands in `{}`. */
export const issuers: Readonly<Record<string, string>> = {
  entra: 'https://login.microsoftonline.com/{tenant id}/v2.0',
  keycloak: 'https://{host}/realms/{realm}',
  google: 'https://accounts.google.com',
  okta: 'https://{domain}.okta.com',
};

const secretPlace = '{client secret}';

/** The settings by their names in the configuration file; what is not entered is left out, the secret is to be put in there. */
export function openIdSettings(entries: OpenIdEntries): Readonly<Record<string, string>> {
  const { issuer, clientId, name, column, publicUrl } = entries;
  const given = { oidcIssuer: issuer, oidcClientId: clientId, oidcName: name, oidcUserColumn: column, publicUrl };
  const filled = Object.entries(given).filter(([, value]) => value.trim() !== '');
  return {
    ...Object.fromEntries(filled.map(([key, value]) => [key, value.trim()])),
    ...(clientId.trim() === '' ? {} : { oidcClientSecret: secretPlace }),
  };
}

/** The name of a setting as an environment variable: `oidcClientId` is MAILROOM_OIDC_CLIENT_ID. */
export function variableOf(setting: string): string {
  return `MAILROOM_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Lines of a file of environment variables (systemd's EnvironmentFile, Docker's --env-file): nothing is quoted in the latter, so nothing is quoted here. */
export function environmentLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${variableOf(name)}=${value}`)
    .join('\n');
}

/** The same as entries of the JSON file that MAILROOM_CONFIG names. */
export function fileLines(settings: Readonly<Record<string, string>>): string {
  return JSON.stringify(settings, null, 2);
}
