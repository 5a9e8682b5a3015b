import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { environmentLines, fileLines, openIdSettings } from '../../admin/views/sign-in-ways/open-id-lines.ts';
import { loadConfig } from '../../src/app/config.ts';
import { configSchema } from '../../src/app/config-schema.ts';

const settings = openIdSettings({
  issuer: ' https://keycloak.harbour.example/realms/staff ',
  clientId: 'mailroom',
  name: 'Harbour sign-in',
  column: 'internalemailaddress',
  publicUrl: 'https://mail.harbour.example',
});

describe('the settings of a provider as the page writes them out', () => {
  test('the service takes them out of the environment and out of its file, and reads the same', () => {
    const environment = Object.fromEntries(
      environmentLines(settings)
        .split('\n')
        .map((line) => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1)];
        }),
    );
    const { config } = loadConfig(environment);
    const { oidcIssuer, oidcClientId, oidcClientSecret, oidcName, oidcUserColumn, publicUrl } = config;
    assert.deepEqual(
      { oidcIssuer, oidcClientId, oidcClientSecret, oidcName, oidcUserColumn, publicUrl },
      {
        oidcIssuer: 'https://keycloak.harbour.example/realms/staff',
        oidcClientId: 'mailroom',
        oidcClientSecret: '{client secret}',
        oidcName: 'Harbour sign-in',
        oidcUserColumn: 'internalemailaddress',
        publicUrl: 'https://mail.harbour.example',
      },
    );
    const fromFile = configSchema.parse(JSON.parse(fileLines(settings)));
    assert.deepEqual([fromFile.oidcIssuer, fromFile.oidcClientSecret], [oidcIssuer, oidcClientSecret]);
  });

  test('what is not entered is not written', () => {
    const empty = { issuer: '', clientId: ' ', name: '', column: '', publicUrl: '' };
    assert.equal(environmentLines(openIdSettings(empty)), '');
  });
});
