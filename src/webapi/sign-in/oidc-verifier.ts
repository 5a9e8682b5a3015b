import { createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';

/** What a provider of OpenID Connect must say for its tokens to be taken. */
export interface OidcVerifierOptions {
  /** As in the token's `iss`; its metadata lies under `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** Accepted values of `aud`. */
  readonly audiences: readonly string[];
  /** Difference of clocks that is forgiven, seconds. */
  readonly clockSkewSeconds: number;
  readonly clock: Clock;
  /** Time for one answer of the provider, milliseconds (default 5,000). */
  readonly timeoutMs?: number;
}

/** Checks tokens by the provider's own keys. */
export interface OidcVerifier {
  /** The claims of a token that is signed, current and meant for this service; undefined for any other. Throws transient `mr_SignInProvider` when the provider's keys cannot be had. */
  verify(token: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Signatures that are taken; none with a shared secret, and never `none`. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const metadataLifeMs = 3_600_000;

/** True for what looks like a signed JWT (three parts), so that our own tokens never ask the provider. */
export function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

/** A verifier that fetches metadata and keys when first needed, keeps them, and fetches keys anew for an unknown key id (RFC 7517, at most every 30 seconds). */
export function createOidcVerifier(options: OidcVerifierOptions): OidcVerifier {
  const timeoutMs = options.timeoutMs ?? 5000;
  let known:
    | { readonly keys: ReturnType<typeof createRemoteJWKSet>; readonly url: string; readonly untilMs: number }
    | undefined;

  const keys = async () => {
    const nowMs = options.clock.now().getTime();
    if (known !== undefined && known.untilMs > nowMs) return known.keys;
    const url = await readKeysUrl(options.issuer, timeoutMs);
    known = {
      keys:
        known?.url === url
          ? known.keys
          : createRemoteJWKSet(new URL(url), {
              timeoutDuration: timeoutMs,
              cooldownDuration: 30_000,
              cacheMaxAge: 600_000,
              [customFetch]: (target: string, init: RequestInit) => fetch(target, { ...init, redirect: 'error' }),
            }),
      url,
      untilMs: nowMs + metadataLifeMs,
    };
    return known.keys;
  };

  return {
    async verify(token) {
      if (!hasKnownAlgorithm(token)) return undefined;
      try {
        const { payload } = await jwtVerify(token, await keys(), {
          issuer: options.issuer,
          audience: [...options.audiences],
          algorithms,
          clockTolerance: options.clockSkewSeconds,
          currentDate: options.clock.now(),
          requiredClaims: ['exp', 'iss', 'aud'],
        });
        return payload;
      } catch (thrown) {
        if (isOfToken(thrown)) return undefined;
        throw unavailable(options.issuer, thrown);
      }
    },
  };
}

function hasKnownAlgorithm(token: string): boolean {
  try {
    return algorithms.includes(decodeProtectedHeader(token).alg ?? '');
  } catch {
    return false;
  }
}

/** True when the token is at fault, not the way to the keys. */
function isOfToken(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JWTClaimValidationFailed ||
    thrown instanceof errors.JWTExpired ||
    thrown instanceof errors.JWTInvalid ||
    thrown instanceof errors.JWSInvalid ||
    thrown instanceof errors.JWSSignatureVerificationFailed ||
    thrown instanceof errors.JOSEAlgNotAllowed ||
    thrown instanceof errors.JOSENotSupported ||
    thrown instanceof errors.JWKSNoMatchingKey ||
    thrown instanceof errors.JWKSMultipleMatchingKeys
  );
}

async function readKeysUrl(issuer: string, timeoutMs: number): Promise<string> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const metadata = (await answer.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (metadata.issuer !== issuer) throw new Error('its metadata names another issuer');
    if (typeof metadata.jwks_uri !== 'string') throw new Error('its metadata names no keys');
    if (issuer.startsWith('https:') && !metadata.jwks_uri.startsWith('https:'))
      throw new Error('its keys are not behind TLS');
    return metadata.jwks_uri;
  } catch (thrown) {
    throw unavailable(issuer, thrown);
  }
}

function unavailable(issuer: string, cause: unknown): MailroomError {
  if (cause instanceof MailroomError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MailroomError(
    `The keys of the sign-in provider ${issuer} cannot be read: ${why}. Try again; an administrator checks MAILROOM_OIDC_ISSUER and the way to it.`,
    { code: 'mr_SignInProvider', kind: 'transient', cause },
  );
}
