import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';

/** An application that may ask for tokens. */
export interface OAuthClient {
  readonly clientId: string;
  /** Absent for one that proves itself by a certificate, or is public. */
  readonly clientSecret?: string;
  /** Certificate or public key (PEM) of the assertions it signs. */
  readonly publicKeyPem?: string;
  /** Permissions by admin consent, such as `full_access_as_app`. */
  readonly roles?: readonly string[];
}

/** What a token says. */
export interface TokenWish {
  readonly clientId: string;
  /** Address of the user it stands for; absent for one of the application itself. */
  readonly user?: string;
  readonly roles?: readonly string[];
  readonly lifetimeSeconds?: number;
}

/** Makes and checks the tokens of a directory, as Entra ID does for Exchange. */
export class TokenIssuer {
  readonly clients: readonly OAuthClient[];
  readonly tenant: string;
  /** URL of the issuer; known once the server listens. */
  issuer = '';
  #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
  readonly #world: World;
  readonly #revoked = new Set<string>();

  constructor(world: World, tenant: string, clients: readonly OAuthClient[]) {
    this.#world = world;
    this.tenant = tenant;
    this.clients = clients;
  }

  /** By which tokens are signed; made on first use, for it takes a while. */
  get keys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
    this.#keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#keys;
  }

  /** WWW-Authenticate of a server that takes tokens. */
  get challenge(): string {
    return `Bearer client_id="00000002-0000-0ff1-ce00-000000000000", trusted_issuers="${this.tenant}@*", token_types="app_asserted_user_v1 service_asserted_app_v1", authorization_uri="${this.issuer}/oauth2/authorize", error="invalid_token"`;
  }

  /** A fresh access token. */
  async issue({ clientId, user, roles, lifetimeSeconds = 3600 }: TokenWish): Promise<string> {
    const now = Math.floor(this.#world.now() / 1000);
    const claims = user === undefined ? { roles: roles ?? [] } : { upn: user, smtp: user, scp: 'EWS.AccessAsUser.All' };
    return new SignJWT({ appid: clientId, tid: this.tenant, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'simulator', typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience('https://outlook.office365.com')
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(this.keys.privateKey);
  }

  /** Makes a token void before its time. */
  revoke(token: string): void {
    this.#revoked.add(token);
  }

  /** Whom a token lets in; an application acts by an account of its own that may impersonate when it has the role. */
  async accountOf(token: string): Promise<Account | undefined> {
    if (this.#revoked.has(token)) return undefined;
    try {
      const options = { issuer: this.issuer, currentDate: new Date(this.#world.now()) };
      const { payload } = await jwtVerify(token, this.keys.publicKey, options);
      if (typeof payload.upn === 'string') return this.#world.account(payload.upn);
      return this.#application(String(payload.appid), Array.isArray(payload.roles) ? payload.roles : []);
    } catch {
      return undefined;
    }
  }

  #application(clientId: string, roles: readonly unknown[]): Account | undefined {
    if (!roles.includes('full_access_as_app')) return undefined;
    const address = `${clientId}@application.invalid`;
    return (
      this.#world.account(address) ?? this.#world.addAccount({ address, password: randomUUID(), mayImpersonate: true })
    );
  }
}
