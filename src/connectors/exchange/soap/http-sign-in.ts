type Header = string | undefined;

/** Signs in to HTTP as the server asks: what the Authorization header says at first, and after a challenge. */
export interface HttpSignIn {
  /** Header of a request before any challenge; undefined for none. */
  first(): Header | Promise<Header>;
  /** Header that answers the challenges of a 401; undefined when there is nothing more to say. */
  next(challenges: readonly string[]): Header | Promise<Header>;
  /** Header that a server which took it takes again on the same line, so that it need not ask; absent where each request or connection has its own. */
  lasting?(): Header;
}

/** Basic (RFC 7617). */
export function basicSignIn(username: string, password: string): HttpSignIn {
  const header = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  return { first: () => header, next: () => undefined, lasting: () => header };
}

/** Tokens for the Authorization header. */
export interface BearerSource {
  token(): Promise<string>;
  /** Says that the server refused the last one. */
  refuse(): void;
}

/** Bearer token (RFC 6750); one that is refused is replaced once, since it may have been revoked before its end. */
export function bearerSignIn(source: BearerSource): HttpSignIn {
  let isRenewed = false;
  return {
    first: async () => {
      isRenewed = false;
      return `Bearer ${await source.token()}`;
    },
    next: async () => {
      if (isRenewed) return undefined;
      isRenewed = true;
      source.refuse();
      return `Bearer ${await source.token()}`;
    },
  };
}

/** NTLM where the server offers it, else Basic: nothing is sent before the server said what it takes. */
export function offeredSignIn(ntlm: HttpSignIn, basic: HttpSignIn): HttpSignIn {
  let chosen: HttpSignIn | undefined;
  return {
    first: () => chosen?.first(),
    next: (challenges) => {
      if (chosen !== undefined) return chosen.next(challenges);
      chosen = challenges.some((line) => /^NTLM\b/i.test(line.trim())) ? ntlm : basic;
      return chosen === basic && challenges.some((line) => /^Basic\b/i.test(line.trim()))
        ? basic.first()
        : chosen.next(challenges);
    },
    lasting: () => chosen?.lasting?.(),
  };
}
