import * as oauth from 'oauth4webapi';
import { type ErrorKind, MailroomError } from '../../base/errors.ts';
import type { OAuthProvider } from './oauth-provider.ts';

/** Code of a consent that the provider does not honour any more (CN-17). */
export const consentRefused = 'mr_ConsentRefused';

/** Answers that say that the registration is wrong and not the consent (RFC 6749 5.2). */
const registrationErrors = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_grant_type',
  'invalid_request',
]);

/** Whatever went wrong with a provider, as an error of ours: refused consent (`credentials`), wrong registration (`configuration`), or to be tried again. */
export function oauthError(thrown: unknown, { name, issuer }: OAuthProvider): MailroomError {
  if (thrown instanceof MailroomError) return thrown;
  const make = (kind: ErrorKind, code: string, sentence: string): MailroomError =>
    new MailroomError(sentence, { kind, code, serverReply: wordsOf(thrown), cause: undefined });
  const answer =
    thrown instanceof oauth.ResponseBodyError || thrown instanceof oauth.AuthorizationResponseError
      ? thrown
      : undefined;
  const words = wordsOf(thrown);
  if (answer?.error === 'invalid_grant')
    return make(
      'credentials',
      consentRefused,
      `${name} does not honour the consent any more: ${words}. It ran out or was withdrawn.`,
    );
  if (thrown instanceof oauth.AuthorizationResponseError)
    return make('credentials', 'mr_ConsentNotGiven', `${name} was not given consent: ${words}. Begin again.`);
  if (answer !== undefined && registrationErrors.has(answer.error))
    return make(
      'configuration',
      'mr_OAuthRegistration',
      `${name} does not accept this service: ${words}. Check application id, secret, scopes and return address on the profile and at ${name}.`,
    );
  if (thrown instanceof oauth.WWWAuthenticateChallengeError)
    return make(
      'configuration',
      'mr_OAuthRegistration',
      `${name} does not accept this service's application id or secret. Check both on the profile.`,
    );
  return make('transient', 'mr_OAuthUnavailable', `${name} (${issuer}) does not answer as it should: ${words}.`);
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof oauth.ResponseBodyError || thrown instanceof oauth.AuthorizationResponseError)
    return `${thrown.error}${thrown.error_description ? ` (${thrown.error_description.slice(0, 300)})` : ''}`;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const cause = error.cause instanceof Error ? `, ${error.cause.message}` : '';
  return `${error.message}${cause}`.slice(0, 300);
}
