import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { StoreScope } from '../../store/database.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';

/** A secret of an application user as lists show it; the secret itself is not kept. */
export interface ClientSecretInfo {
  readonly id: string;
  readonly name: string;
  /** First characters, to tell secrets apart. */
  readonly hint: string;
  readonly createdOn: Date;
  readonly expiresOn: Date | null;
  readonly usedOn: Date | null;
}

/** What came of a try to sign in. */
export type SignInTry =
  | { readonly kind: 'ok'; readonly systemuserid: string }
  | { readonly kind: 'wrong' }
  /** Too many wrong tries; the next counts after so long. */
  | { readonly kind: 'blocked'; readonly waitMs: number };

/** Passwords of local accounts (scrypt) and secrets of application users (SHA-256 of 32 random bytes), in table `mr_credential`. */
export interface CredentialStore {
  /** Sets or replaces a user's password, ends the user's sessions. */
  setPassword(systemuserid: string, password: string): Promise<void>;
  /** Takes the password away; the user then signs in elsewhere or not at all. */
  removePassword(systemuserid: string): Promise<void>;
  hasPassword(systemuserid: string): Promise<boolean>;
  /** Tries a password; of an unknown user (undefined) as slowly. Wrong tries in a row block the account for longer and longer, up to 15 minutes. */
  tryPassword(systemuserid: string | undefined, password: string): Promise<SignInTry>;
  /** Makes a secret and returns it; it cannot be read again. */
  createSecret(
    systemuserid: string,
    name: string,
    expiresOn: Date | null,
  ): Promise<{ readonly id: string; readonly secret: string }>;
  listSecrets(systemuserid: string): Promise<readonly ClientSecretInfo[]>;
  /** False when there is no such secret of that user. */
  deleteSecret(systemuserid: string, id: string): Promise<boolean>;
  /** True when the secret is one of the user's and has not expired. */
  verifySecret(systemuserid: string, secret: string): Promise<boolean>;
}

/** A try counts as wrong until it proves right, so that many at once do not slip through. After five wrong ones the account waits 15 seconds, then twice as long each time, at most 15 minutes. */
const beginTry = `
  update mr_credential set failures = failures + 1,
    blockeduntil = case when failures >= 4 then $2::timestamptz + least(900, 15 * power(2, least(failures - 4, 10))) * interval '1 second' end
  where systemuserid = $1::uuid and kind = 'password' and (blockeduntil is null or blockeduntil <= $2)
  returning hash`;

/** The credential store over the database. */
export function createCredentialStore(sql: StoreScope['sql'], clock: Clock): CredentialStore {
  return {
    async setPassword(systemuserid, password) {
      const hash = await hashPassword(password);
      await sql(
        `insert into mr_credential (credentialid, systemuserid, kind, name, hash, createdon) values ($1::uuid, $2::uuid, 'password', '', $3, $4)
         on conflict (systemuserid) where kind = 'password' do update set hash = excluded.hash, createdon = excluded.createdon, failures = 0, blockeduntil = null`,
        [randomUUID(), systemuserid, hash, clock.now()],
      );
      await sql(
        `update mr_token set revokedon = $2 where systemuserid = $1::uuid and kind = 'session' and revokedon is null`,
        [systemuserid, clock.now()],
      );
    },
    async removePassword(systemuserid) {
      await sql(`delete from mr_credential where systemuserid = $1::uuid and kind = 'password'`, [systemuserid]);
    },
    async hasPassword(systemuserid) {
      const rows = await sql(`select 1 from mr_credential where systemuserid = $1::uuid and kind = 'password'`, [
        systemuserid,
      ]);
      return rows.length > 0;
    },
    async tryPassword(systemuserid, password) {
      const now = clock.now();
      const [row] = systemuserid === undefined ? [] : await sql<{ hash: string }>(beginTry, [systemuserid, now]);
      if (row === undefined && systemuserid !== undefined) {
        const [blocked] = await sql<{ until: Date }>(
          `select blockeduntil as until from mr_credential where systemuserid = $1::uuid and kind = 'password' and blockeduntil > $2`,
          [systemuserid, now],
        );
        if (blocked !== undefined) return { kind: 'blocked', waitMs: blocked.until.getTime() - now.getTime() };
      }
      if (!(await verifyPassword(password, row?.hash)) || systemuserid === undefined) return { kind: 'wrong' };
      await sql(
        `update mr_credential set failures = 0, blockeduntil = null, usedon = $2 where systemuserid = $1::uuid and kind = 'password'`,
        [systemuserid, now],
      );
      return { kind: 'ok', systemuserid };
    },
    async createSecret(systemuserid, name, expiresOn) {
      const secret = `mrs_${randomBytes(32).toString('base64url')}`;
      const id = randomUUID();
      await sql(
        `insert into mr_credential (credentialid, systemuserid, kind, name, hash, hint, createdon, expireson)
         values ($1::uuid, $2::uuid, 'secret', $3, $4, $5, $6, $7)`,
        [id, systemuserid, name, digest(secret), secret.slice(0, 8), clock.now(), expiresOn],
      );
      return { id, secret };
    },
    listSecrets: (systemuserid) =>
      sql<ClientSecretInfo>(
        `select credentialid::text as id, name, hint, createdon as "createdOn", expireson as "expiresOn", usedon as "usedOn"
         from mr_credential where systemuserid = $1::uuid and kind = 'secret' order by createdon, credentialid`,
        [systemuserid],
      ),
    async deleteSecret(systemuserid, id) {
      const gone = await sql(
        `delete from mr_credential where systemuserid = $1::uuid and credentialid = $2::uuid and kind = 'secret' returning 1`,
        [systemuserid, id],
      );
      return gone.length > 0;
    },
    async verifySecret(systemuserid, secret) {
      const found = await sql(
        `update mr_credential set usedon = $3 where systemuserid = $1::uuid and hash = $2 and kind = 'secret' and (expireson is null or expireson > $3) returning 1`,
        [systemuserid, digest(secret), clock.now()],
      );
      return found.length > 0;
    },
  };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
