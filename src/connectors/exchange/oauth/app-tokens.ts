import * as oauth from 'oauth4webapi';
import type { Clock } from '../../../base/clock.ts';
import { asMailroomError, MailroomError } from '../../../base/errors.ts';

/** An application that a directory knows, and what it wants to reach. */
export interface AppRegistration {
  /** Where the directory gives tokens. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Such as `https://outlook.office365.com/.default`. */
  readonly scope: string;
}

/** Access tokens of applications (RFC 6749 4.4), kept while they are good. */
export interface AppTokens {
  /** A token; a new one when 80 % of the life of the last is over. Throws MailroomError: `mr_OAuthRefused`, 8005E227. */
  get(app: AppRegistration, signal: AbortSignal): Promise<string>;
  /** Says that a token was refused: the next is a new one. */
  forget(app: AppRegistration): void;
}

interface KeptToken {
  readonly token: string;
  readonly renewMs: number;
  readonly endMs: number;
}

const renewShare = 0.8;
const usualLifeSeconds = 3600;
const answerMs = 30_000;

/** A cache of its own; several who ask at the same time share one request. */
export function createAppTokens(clock: Clock): AppTokens {
  const kept = new Map<string, KeptToken>();
  const asked = new Map<string, Promise<string>>();
  const renew = (app: AppRegistration, key: string): Promise<string> => {
    const running = asked.get(key);
    if (running !== undefined) return running;
    const asking = ask(app)
      .then(({ token, lifeMs }) => {
        const nowMs = clock.now().getTime();
        kept.set(key, { token, renewMs: nowMs + lifeMs * renewShare, endMs: nowMs + lifeMs });
        return token;
      })
      .finally(() => asked.delete(key));
    asked.set(key, asking);
    return asking;
  };
  return {
    get: async (app, signal) => {
      signal.throwIfAborted();
      const key = keyOf(app);
      const known = kept.get(key);
      const nowMs = clock.now().getTime();
      if (known !== undefined && nowMs < known.renewMs) return known.token;
      try {
        return await renew(app, key);
      } catch (thrown) {
        // A directory that is away for a moment: the last token is good to its end.
        const isPassing = asMailroomError(thrown).kind === 'transient';
        if (isPassing && known !== undefined && nowMs < known.endMs) return known.token;
        throw thrown;
      }
    },
    forget: (app) => void kept.delete(keyOf(app)),
  };
}

const keyOf = ({ tokenEndpoint, clientId, clientSecret, scope }: AppRegistration): string =>
  [tokenEndpoint, clientId, clientSecret, scope].join('\n');

async function ask(app: AppRegistration): Promise<{ readonly token: string; readonly lifeMs: number }> {
  const server: oauth.AuthorizationServer = {
    issuer: new URL(app.tokenEndpoint).origin,
    token_endpoint: app.tokenEndpoint,
  };
  const client: oauth.Client = { client_id: app.clientId };
  try {
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(app.clientSecret),
      new URLSearchParams({ scope: app.scope }),
      {
        // Plain http is for a directory on this machine only.
        [oauth.allowInsecureRequests]: /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(app.tokenEndpoint),
        signal: AbortSignal.timeout(answerMs),
      },
    );
    const token = await oauth.processClientCredentialsResponse(server, client, answer);
    return { token: token.access_token, lifeMs: (token.expires_in ?? usualLifeSeconds) * 1000 };
  } catch (thrown) {
    throw refusalOf(thrown, app);
  }
}

function refusalOf(thrown: unknown, { tokenEndpoint, clientId }: AppRegistration): MailroomError {
  const where = new URL(tokenEndpoint).host;
  const isRefusal = thrown instanceof oauth.ResponseBodyError && thrown.status < 500 && thrown.status !== 429;
  if (isRefusal) {
    const words = `${thrown.error}${thrown.error_description === undefined ? '' : `: ${thrown.error_description}`}`;
    return new MailroomError(
      `The directory at ${where} gave application ${clientId} no token (${words}). Check application id, client secret (it may have run out), tenant and admin consent.`,
      { code: 'mr_OAuthRefused', kind: 'credentials', serverReply: words },
    );
  }
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return new MailroomError(`The directory at ${where} gave no token (${words}). It is asked again at the next turn.`, {
    code: '8005E227',
    kind: 'transient',
    cause: thrown,
  });
}
