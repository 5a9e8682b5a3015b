import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { type SeenUser, seenUserColumns } from '../store/access-directory.ts';
import type { StoreScope } from '../store/database.ts';
import type { Caller, SessionToken, SignInService, TokenVerifier } from './sign-in.ts';

/** What a token is for: `signin` is a one-time code, `session` is a browser's, `api` is made by an operator for a program, `access` is given for client credentials. */
export type TokenKind = 'signin' | 'session' | 'api' | 'access';

/** A token to make. */
export interface TokenRequest {
  readonly systemuserid: string;
  readonly name: string;
  readonly kind: TokenKind;
  /** Null: until revoked. */
  readonly lifetimeMs: number | null;
}

/** A token as lists show it; the token itself is not kept. */
export interface TokenInfo {
  /** By which it is revoked: the hash that is kept of it. */
  readonly id: string;
  readonly systemuserid: string;
  readonly name: string;
  readonly kind: TokenKind;
  readonly createdOn: Date;
  readonly expiresOn: Date | null;
  readonly usedOn: Date | null;
  readonly revokedOn: Date | null;
}

/** Tokens in table `mr_token`, kept as SHA-256. */
export interface TokenStore extends TokenVerifier, SignInService {
  /** Makes a token and returns it; it cannot be read again. */
  issue(request: TokenRequest): Promise<string>;
  /** Makes a given token valid (a preset one for automation), whatever happened to it before. */
  preset(token: string, request: TokenRequest): Promise<void>;
  list(): Promise<readonly TokenInfo[]>;
  /** Tokens that are valid now, those used last first, at most 500: those of a user with their sessions, or of everybody without. */
  listValid(systemuserid: string | undefined): Promise<readonly TokenInfo[]>;
  /** Ends a token by its id, of this user alone; false when it is not valid (any more). */
  revokeById(id: string, systemuserid: string): Promise<boolean>;
  /** Forgets codes and sessions that expired before; returns how many. */
  sweep(before: Date): Promise<number>;
}

/** What the token store needs to know of users; undefined when the user is gone or disabled. `seen` saves the look at a user whom another statement read. */
export type DescribeUser = (systemuserid: string, seen?: SeenUser) => Promise<Omit<Caller, 'systemuserid'> | undefined>;

export interface TokenStoreOptions {
  readonly sql: StoreScope['sql'];
  readonly clock: Clock;
  readonly describeUser: DescribeUser;
  /** Life of a session, milliseconds (default 12 hours). */
  readonly sessionMs?: number;
  /** `size` random bytes; the system's by default. */
  readonly random?: (size: number) => Buffer;
}

interface TokenRow {
  readonly systemuserid: string;
  readonly kind: TokenKind;
  readonly usedon: Date | null;
}

/** Uses are noted at most once a minute. */
const useNotedEveryMs = 60_000;

/** A token store over the database; tokens are `mrt_` and 32 random bytes in base64url. */
export function createTokenStore(options: TokenStoreOptions): TokenStore {
  const { sql, clock, describeUser } = options;
  const random = options.random ?? randomBytes;

  const insert = async (token: string, request: TokenRequest): Promise<Date | null> => {
    const now = clock.now();
    const expiresOn = request.lifetimeMs === null ? null : new Date(now.getTime() + request.lifetimeMs);
    await sql(
      `insert into mr_token (tokenhash, systemuserid, name, kind, expireson, createdon)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (tokenhash) do update set systemuserid = excluded.systemuserid, name = excluded.name,
         kind = excluded.kind, expireson = excluded.expireson, revokedon = null`,
      [hashOf(token), request.systemuserid, request.name, request.kind, expiresOn, now],
    );
    return expiresOn;
  };
  const openSession = async (systemuserid: string): Promise<SessionToken> => {
    const lifetimeMs = options.sessionMs ?? 12 * 3_600_000;
    const token = make();
    await insert(token, { systemuserid, name: 'session', kind: 'session', lifetimeMs });
    return { token, systemuserid, expiresOn: new Date(clock.now().getTime() + lifetimeMs) };
  };
  const make = () => `mrt_${random(32).toString('base64url')}`;

  return {
    async issue(request) {
      const token = make();
      await insert(token, request);
      return token;
    },
    async preset(token, request) {
      await insert(token, request);
    },
    async verify(token) {
      const now = clock.now();
      // One statement for the token and its user: every request begins with it.
      const [row] = await sql<TokenRow & SeenUser & { readonly exists: boolean }>(
        `select t.systemuserid, t.kind, t.usedon, u.systemuserid is not null as exists, ${seenUserColumns}
         from mr_token t left join systemuser u on u.systemuserid = t.systemuserid
         where t.tokenhash = $1 and t.kind <> 'signin' and t.revokedon is null and (t.expireson is null or t.expireson > $2)`,
        [hashOf(token), now],
      );
      if (row === undefined) return undefined;
      const user = await describeUser(row.systemuserid, row.exists ? row : undefined);
      if (user === undefined) return undefined;
      if (row.usedon === null || now.getTime() - row.usedon.getTime() > useNotedEveryMs) {
        await sql('update mr_token set usedon = $2 where tokenhash = $1', [hashOf(token), now]);
      }
      return { systemuserid: row.systemuserid, ...user };
    },
    async exchange(code) {
      const now = clock.now();
      const [row] = await sql<TokenRow>(
        `update mr_token set usedon = $2, revokedon = $2
         where tokenhash = $1 and kind = 'signin' and revokedon is null and expireson > $2
         returning systemuserid, kind, usedon`,
        [hashOf(code), now],
      );
      if (row === undefined || (await describeUser(row.systemuserid)) === undefined) return undefined;
      return openSession(row.systemuserid);
    },
    async begin(systemuserid) {
      return (await describeUser(systemuserid)) === undefined ? undefined : openSession(systemuserid);
    },
    async revoke(token) {
      await sql('update mr_token set revokedon = $2 where tokenhash = $1 and revokedon is null', [
        hashOf(token),
        clock.now(),
      ]);
    },
    async list() {
      return sql<TokenInfo>(`select ${infoColumns} from mr_token order by createdon, tokenhash`);
    },
    async listValid(systemuserid) {
      return sql<TokenInfo>(
        `select ${infoColumns} from mr_token
         where revokedon is null and (expireson is null or expireson > $1)
           and ${systemuserid === undefined ? "kind = 'api'" : "kind in ('api', 'session') and systemuserid = $2::uuid"}
         order by usedon desc nulls last, createdon desc, tokenhash limit 500`,
        [clock.now(), ...(systemuserid === undefined ? [] : [systemuserid])],
      );
    },
    async revokeById(id, systemuserid) {
      const ended = await sql(
        `update mr_token set revokedon = $3
         where tokenhash = $1 and systemuserid = $2::uuid and revokedon is null and (expireson is null or expireson > $3) returning kind`,
        [id, systemuserid, clock.now()],
      );
      return ended.length > 0;
    },
    async sweep(before) {
      const gone = await sql("delete from mr_token where kind <> 'api' and expireson < $1 returning tokenhash", [
        before,
      ]);
      return gone.length;
    },
  };
}

const infoColumns = `tokenhash as id, systemuserid::text, name, kind, createdon as "createdOn", expireson as "expiresOn",
  usedon as "usedOn", revokedon as "revokedOn"`;

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
