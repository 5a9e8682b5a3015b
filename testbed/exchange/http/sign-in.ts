import { randomBytes, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { challengeMessage, ntlmType, readAnswer } from '../ntlm/ntlm-messages.ts';
import { channelHash, ntlmFault } from '../ntlm/verify-ntlm.ts';
import type { TokenIssuer } from '../oauth/token-issuer.ts';
import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';

/** Who a request is from, or the challenges to answer with. */
export type SignIn = { readonly account: Account } | { readonly challenges: readonly string[] };

/** Ways to sign in that a server offers. */
export type AuthMethod = 'basic' | 'ntlm' | 'negotiate' | 'oauth';

export interface SignInOptions {
  readonly methods: readonly AuthMethod[];
  /** NTLM must be bound to the TLS channel (Extended Protection). */
  readonly requiresChannelBinding: boolean;
  readonly certPem: string | undefined;
  readonly tokens: TokenIssuer;
  readonly acceptTicket?: AcceptTicket | undefined;
}

/** Judges a Kerberos ticket (base64): whose it is, such as `ada@HARBOUR.EXAMPLE`, and what to answer; undefined when it is not good. */
export type AcceptTicket = (
  ticket: string,
) => Promise<{ readonly principal: string; readonly answer: string } | undefined>;

interface Handshake {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly challengeMessage: Buffer;
}

/** Tells who requests are from. NTLM signs a connection in, the others each request. */
export class SignInDesk {
  readonly #world: World;
  readonly #options: SignInOptions;
  readonly #handshakes = new WeakMap<Socket, Handshake>();
  readonly #signedIn = new WeakMap<Socket, Account>();
  readonly #channel: Buffer | undefined;

  constructor(world: World, options: SignInOptions) {
    this.#world = world;
    this.#options = options;
    const { certPem, requiresChannelBinding } = options;
    this.#channel =
      certPem !== undefined && requiresChannelBinding ? channelHash(new X509Certificate(certPem).raw) : undefined;
  }

  /** Who a request is from, by its Authorization header or its connection. */
  async check(request: IncomingMessage): Promise<SignIn> {
    const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ');
    const method = scheme.toLowerCase();
    if (method === 'basic' && this.#offers('basic')) return this.#basic(credentials);
    if (method === 'bearer' && this.#offers('oauth')) return this.#bearer(credentials);
    const message = Buffer.from(credentials, 'base64');
    const isTicket = method === 'negotiate' && message.length > 0 && ntlmType(message) === undefined;
    if (isTicket && this.#offers('negotiate')) return this.#ticket(request.socket, credentials);
    if ((method === 'ntlm' && this.#offers('ntlm')) || (method === 'negotiate' && this.#offers('negotiate'))) {
      return this.#ntlm(request.socket, scheme, message);
    }
    const known = this.#signedIn.get(request.socket);
    return known === undefined ? this.#refusal() : { account: known };
  }

  #offers(method: AuthMethod): boolean {
    return this.#options.methods.includes(method);
  }

  #refusal(): SignIn {
    const words: Readonly<Record<AuthMethod, string>> = {
      negotiate: 'Negotiate',
      ntlm: 'NTLM',
      basic: 'Basic realm="simulator"',
      oauth: this.#options.tokens.challenge,
    };
    return { challenges: this.#options.methods.map((method) => words[method]) };
  }

  #basic(credentials: string): SignIn {
    const [name = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    const account = this.#world.accountSigningIn(name);
    return account !== undefined && account.password === rest.join(':') ? { account } : this.#refusal();
  }

  async #bearer(token: string): Promise<SignIn> {
    const account = await this.#options.tokens.accountOf(token);
    return account === undefined ? this.#refusal() : { account };
  }

  async #ticket(socket: Socket, ticket: string): Promise<SignIn> {
    const accepted = await this.#options.acceptTicket?.(ticket);
    const account = accepted && this.#world.accountSigningIn(accepted.principal);
    if (account === undefined) return this.#refusal();
    this.#signedIn.set(socket, account);
    return { account };
  }

  #ntlm(socket: Socket, scheme: string, message: Buffer): SignIn {
    const type = ntlmType(message);
    if (type === 1) {
      const challenge = randomBytes(8);
      const flags = message.length >= 16 ? message.readUInt32LE(12) : 0;
      const sent = challengeMessage(challenge, this.#names(), this.#world.now(), flags);
      this.#handshakes.set(socket, { negotiate: message, challenge, challengeMessage: sent });
      return { challenges: [`${scheme} ${sent.toString('base64')}`] };
    }
    const handshake = this.#handshakes.get(socket);
    const answer = readAnswer(message);
    this.#handshakes.delete(socket);
    if (handshake === undefined || answer === undefined) return this.#refusal();
    const name = answer.domain === '' ? answer.user : `${answer.domain}\\${answer.user}`;
    const account = this.#world.accountSigningIn(answer.user.includes('@') ? answer.user : name);
    if (account === undefined) return this.#refusal();
    const fault = ntlmFault({
      ...handshake,
      authenticate: message,
      answer,
      password: account.password,
      channel: this.#channel,
    });
    if (fault !== undefined) return this.#refusal();
    this.#signedIn.set(socket, account);
    return { account };
  }

  #names() {
    const [first] = this.#world.accounts;
    const dnsDomain = first?.address.split('@')[1] ?? 'x.example';
    return { domain: first?.domain ?? 'X', computer: 'EXCHANGE', dnsDomain, dnsComputer: `exchange.${dnsDomain}` };
  }
}
