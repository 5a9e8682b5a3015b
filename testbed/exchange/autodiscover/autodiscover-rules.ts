/** Where Autodiscover sends clients instead of answering them. */
export interface AutodiscoverRedirect {
  /** Address or `@domain` it concerns. */
  readonly for: string;
  /** Another address to ask for. */
  readonly address?: string;
  /** Another URL to ask at. */
  readonly url?: string;
}

/** What Autodiscover knows. */
export interface AutodiscoverFacts {
  /** URL of the web services. */
  readonly ewsUrl: string;
  readonly redirects: readonly AutodiscoverRedirect[];
  /** Location a GET without sign-in is sent to (step 3 of the search, over plain HTTP). */
  readonly getRedirect: string | undefined;
}

/** The redirect of an address, its own before its domain's. */
export function redirectOf(facts: AutodiscoverFacts, address: string): AutodiscoverRedirect | undefined {
  const wanted = address.toLowerCase();
  const domain = wanted.slice(wanted.indexOf('@'));
  const find = (key: string) => facts.redirects.find((one) => one.for.toLowerCase() === key);
  return find(wanted) ?? find(domain);
}
