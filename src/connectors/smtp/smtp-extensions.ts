/** What a server offers in its answer to EHLO (RFC 5321 4.1.1.1). */
export interface SmtpExtensions {
  /** Upper-case keywords, without parameters. */
  readonly keywords: ReadonlySet<string>;
  /** Upper-case SASL mechanisms (RFC 4954), also from the old `AUTH=` form. */
  readonly mechanisms: ReadonlySet<string>;
  /** Largest message in bytes (RFC 1870); 0 when the server names no limit. */
  readonly sizeLimitBytes: number;
}

/** Reads the lines of an EHLO reply as sent, the greeting first; a HELO reply offers nothing. */
export function parseExtensions(lines: readonly string[]): SmtpExtensions {
  const keywords = new Set<string>();
  const mechanisms = new Set<string>();
  let sizeLimitBytes = 0;
  for (const line of lines.slice(1)) {
    const [keyword = '', ...parameters] = line
      .replace(/^\d{3}[ -]/, '')
      .trim()
      .toUpperCase()
      .split(/[\s=]+/);
    if (keyword === '') continue;
    keywords.add(keyword);
    if (keyword === 'AUTH') for (const mechanism of parameters) if (mechanism !== '') mechanisms.add(mechanism);
    if (keyword === 'SIZE') sizeLimitBytes = Number(/^\d{1,15}$/.exec(parameters[0] ?? '')?.[0] ?? 0);
  }
  return { keywords, mechanisms, sizeLimitBytes };
}
