/** Signs in to HTTP as the server asks: what the Authorization header says at first, and after a challenge. */
export interface HttpSignIn {
  /** Header of a request before any challenge; undefined for none. */
  first(): string | undefined;
  /** Header that answers the challenges of a 401; undefined when there is nothing more to say. */
  next(challenges: readonly string[]): string | undefined;
}

/** Basic (RFC 7617). */
export function basicSignIn(username: string, password: string): HttpSignIn {
  const header = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  return { first: () => header, next: () => undefined };
}

/** Bearer token (RFC 6750). */
export function bearerSignIn(accessToken: string): HttpSignIn {
  return { first: () => `Bearer ${accessToken}`, next: () => undefined };
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
  };
}
