import type { IncomingMessage } from 'node:http';
import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';

/** Who a request is from, or what to answer instead. */
export type SignIn = { readonly account: Account } | { readonly challenges: readonly string[]; readonly body?: string };

/** Ways to sign in that a server offers. */
export type AuthMethod = 'basic' | 'ntlm' | 'negotiate' | 'oauth';

/** Tells who a request is from by its Authorization header; anyone unknown is challenged. */
export function signIn(request: IncomingMessage, world: World, methods: readonly AuthMethod[]): SignIn {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'basic' && methods.includes('basic')) {
    const [name = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    const account = world.accountSigningIn(name);
    if (account !== undefined && account.password === rest.join(':')) return { account };
  }
  return { challenges: methods.includes('basic') ? ['Basic realm="simulator"'] : [] };
}
