import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';

/** A throw-away realm of MIT Kerberos with its KDC on loopback. */
export interface KerberosRealm {
  /** What programs of this realm need in their environment: KRB5_CONFIG, KRB5_KTNAME and KRB5CCNAME. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets a ticket for a user into the cache of `environment`, as kinit does. */
  signIn(user: string): void;
  /** Throws the tickets in the cache away. */
  signOut(): void;
  stop(): Promise<void>;
}

const password = 'of-the-realm';

/** Starts a realm with users and services such as `HTTP/localhost`, whose keys are in the keytab. */
export async function startKerberosRealm(
  realm: string,
  users: readonly string[],
  services: readonly string[],
): Promise<KerberosRealm> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-kdc-'));
  const port = await freePort();
  const file = (name: string): string => path.join(folder, name);
  writeFileSync(file('krb5.conf'), clientConfig(realm, port));
  writeFileSync(file('kdc.conf'), kdcConfig(realm, port, folder));
  const environment = {
    KRB5_CONFIG: file('krb5.conf'),
    KRB5_KTNAME: `FILE:${file('keytab')}`,
    KRB5CCNAME: `FILE:${file('tickets')}`,
  };
  const env = { ...process.env, ...environment, KRB5_KDC_PROFILE: file('kdc.conf') };
  const run = (program: string, args: readonly string[], input?: string): void => {
    execFileSync(programNamed(program), args, { env, input, stdio: ['pipe', 'ignore', 'pipe'] });
  };
  let kdc: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (kdc !== undefined && kdc.exitCode === null) {
      const ended = new Promise((resolve) => kdc?.once('exit', resolve));
      kdc.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run('kdb5_util', ['-r', realm, 'create', '-s', '-P', password]);
    for (const user of users) run('kadmin.local', ['-r', realm, 'addprinc', '-pw', password, user]);
    for (const service of services) {
      run('kadmin.local', ['-r', realm, 'addprinc', '-randkey', service]);
      run('kadmin.local', ['-r', realm, 'ktadd', '-k', file('keytab'), service]);
    }
    kdc = spawn(programNamed('krb5kdc'), ['-n', '-r', realm], { env, stdio: 'ignore' });
    await untilItAnswers(() => run('kinit', [users[0] ?? ''], `${password}\n`));
    run('kdestroy', ['-q']);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    environment,
    signIn: (user) => run('kinit', [user], `${password}\n`),
    signOut: () => run('kdestroy', ['-q']),
    stop,
  };
}

function programNamed(name: string): string {
  const found = findBinary(name);
  if (found === undefined)
    throw new Error(
      `${name} is not installed; on Debian or Ubuntu: apt-get install krb5-kdc krb5-admin-server krb5-user`,
    );
  return found;
}

async function untilItAnswers(ask: () => void): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return ask();
    } catch (error) {
      if (tries >= 50) throw error;
      await delay(100);
    }
  }
}

const clientConfig = (realm: string, port: number): string => `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
[domain_realm]
  localhost = ${realm}
`;

const kdcConfig = (realm: string, port: number, folder: string): string => `[kdcdefaults]
  kdc_listen = 127.0.0.1:${port}
  kdc_tcp_listen = 127.0.0.1:${port}
[realms]
  ${realm} = {
    database_name = ${folder}/principals
    key_stash_file = ${folder}/stash
    acl_file = ${folder}/acl
    max_life = 1h
  }
[logging]
  kdc = FILE:${folder}/kdc.log
  admin_server = FILE:${folder}/admin.log
`;
