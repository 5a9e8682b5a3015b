import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseDovecotConfig } from '../../testbed/servers/choose-dovecot-config.ts';
import { dovecot24Config } from '../../testbed/servers/dovecot-24-config.ts';
import { type DovecotConfigOptions, dovecotConfig } from '../../testbed/servers/dovecot-config.ts';

const options: DovecotConfigOptions = {
  directory: '/tmp/d',
  ports: { pop3: 1110, pop3s: 1995, imap: 1143, imaps: 1993, lmtp: 1024 },
  password: 'pa55',
  mailUid: 8,
  mailGid: 9,
  introspectionUrl: 'http://127.0.0.1:1/introspect',
  maxConnections: 50,
  extra: 'verbose_proctitle = yes',
};

/** `block/block/name` to value; what stands in the file last counts. */
function settingsOf(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const path: string[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    if (line === '}') assert.notEqual(path.pop(), undefined, 'a block ends that did not begin');
    else if (line.endsWith('{')) path.push(line.slice(0, -1).trim());
    else {
      const [, name = '', value = ''] = /^([a-z0-9_]+) ?=(.*)$/.exec(line) ?? [];
      assert.notEqual(name, '', `not a setting: ${line}`);
      settings.set([...path, name].join('/'), value.trim());
    }
  }
  assert.deepEqual(path, [], 'every block ends');
  return settings;
}

test('the language follows the version that the program prints', () => {
  const table = [
    ['2.3.19.1 (9b53102964)', dovecotConfig],
    ['2.3.21', dovecotConfig],
    ['2.4.0 (abcdef)\n', dovecot24Config],
    ['2.4.1-4 (7d8c0e5759)', dovecot24Config],
    ['2.10.0', dovecot24Config],
    ['3.1.0', dovecot24Config],
  ] as const;
  for (const [version, writer] of table) assert.equal(chooseDovecotConfig(version), writer, version);
  assert.throws(() => chooseDovecotConfig('command not found'), /no version of Dovecot/);
});

test('Dovecot 2.3: one folder, every user with one password, tokens by introspection', () => {
  const settings = settingsOf(dovecotConfig(options));
  assert.equal(settings.get('mail_location'), 'maildir:~/Maildir');
  assert.equal(settings.get('disable_plaintext_auth'), 'no');
  assert.equal(settings.get('ssl_cert'), '</tmp/d/cert.pem');
  assert.equal(settings.get('service pop3-login/inet_listener pop3s/port'), '1995');
  assert.equal(settings.get('userdb/args'), 'uid=8 gid=9 home=/tmp/d/mail/%u allow_all_users=yes');
  assert.equal(settings.has('dovecot_config_version'), false);
});

test('Dovecot 2.4: the same in its own words', () => {
  const text = dovecot24Config(options);
  assert.match(text, /^dovecot_config_version = 2\.4\.0\n/, 'the version comes first');
  const settings = settingsOf(text);
  const expected: Readonly<Record<string, string>> = {
    mail_driver: 'maildir',
    mail_path: '~/Maildir',
    auth_allow_cleartext: 'yes',
    auth_mechanisms: 'plain login xoauth2 oauthbearer',
    ssl_server_cert_file: '/tmp/d/cert.pem',
    ssl_server_key_file: '/tmp/d/key.pem',
    'passdb static/password': 'pa55',
    'passdb static/mechanisms_filter': 'plain login',
    'passdb oauth2/mechanisms_filter': 'xoauth2 oauthbearer',
    'oauth2/introspection_url': 'http://127.0.0.1:1/introspect',
    'userdb static/fields/uid': '8',
    'userdb static/fields/home': '/tmp/d/mail/%{user}',
    'service imap-login/inet_listener imaps/port': '1993',
    'service lmtp/inet_listener lmtp/port': '1024',
    verbose_proctitle: 'yes',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(settings.get(name), value, name);
  for (const gone of ['mail_location', 'disable_plaintext_auth', 'ssl_cert', 'passdb/driver', 'passdb/args']) {
    assert.equal(settings.has(gone), false, `${gone} is of 2.3`);
  }
  assert.doesNotMatch(text, /%u\b|<\/tmp/, 'variables and files are written otherwise');
});

test('both: without an authority there are no tokens, and an own account is named', () => {
  const plain = { ...options, introspectionUrl: undefined, ownAccount: { user: 'me', group: 'us' } };
  for (const writer of [dovecotConfig, dovecot24Config]) {
    const settings = settingsOf(writer(plain));
    assert.equal(settings.get('auth_mechanisms'), 'plain login');
    assert.equal(settings.get('default_internal_user'), 'me');
    assert.equal(settings.get('default_internal_group'), 'us');
    assert.ok([...settings.keys()].every((name) => !name.includes('oauth2')));
  }
});
