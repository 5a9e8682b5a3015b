import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import type { ExchangeEndpoint } from './exchange-endpoint.ts';
import { kerberosTickets } from './negotiate/load-kerberos.ts';
import { negotiateSignIn } from './negotiate/negotiate-sign-in.ts';
import { ntlmSignIn } from './ntlm/ntlm-sign-in.ts';
import { basicSignIn, bearerSignIn, type HttpSignIn, offeredSignIn } from './soap/http-sign-in.ts';

/** How an account signs in to an Exchange server. Throws 8005E203 without credentials. */
export function exchangeSignIn(
  endpoint: Pick<ExchangeEndpoint, 'signIn' | 'passwordScheme' | 'host' | 'bearer' | 'tickets'>,
  clock: Clock,
  certificate: () => Buffer | undefined,
): HttpSignIn {
  const { signIn, bearer } = endpoint;
  if (bearer !== undefined) return bearerSignIn(bearer);
  if (endpoint.passwordScheme === 'negotiate')
    return negotiateSignIn(endpoint.host, endpoint.tickets ?? kerberosTickets());
  if (signIn.kind === 'none') {
    throw new MailroomError(`Exchange needs a user name and a password or token for ${endpoint.host}; enter them.`, {
      code: '8005E203',
      kind: 'configuration',
    });
  }
  if (signIn.kind === 'oauth') return bearerSignIn({ token: async () => signIn.accessToken, refuse: () => undefined });
  const { username, password } = signIn;
  if (endpoint.passwordScheme === 'basic') return basicSignIn(username, password);
  const nonce = () => ({ clientChallenge: randomBytes(8), now: clock.now() });
  const ntlm = ntlmSignIn({ username, password, nonce, certificate });
  return endpoint.passwordScheme === 'ntlm' ? ntlm : offeredSignIn(ntlm, basicSignIn(username, password));
}
