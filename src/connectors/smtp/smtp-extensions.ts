/** What a server offers in its answer to EHLO (RFC 5321 4.1.1.1). */
export interface SmtpExtensions {
  /** Upper-case keywords, without parameters. */
  readonly keywords: ReadonlySet<string>;
  /** Upper-case SASL mechanisms (RFC 4954), also from the old `AUTH=` form. */
  readonly mechanisms: ReadonlySet<string>;
  /** Largest message in bytes (RFC 1870); 0 when the server names no limit. */
  readonly sizeLimitBytes: number;
  /** Most recipients of one message (RFC 9422 RCPTMAX); 0 when the server names no limit. */
  readonly mostRecipients: number;
}

/** Reads the lines of an EHLO reply as sent, the greeting first; a HELO reply offers nothing. */
export function parseExtensions(lines: readonly string[]): SmtpExtensions {
  const keywords = new Set<string>();
  const mechanisms = new Set<string>();
  let sizeLimitBytes = 0;
  let mostRecipients = 0;
  for (const line of lines.slice(1)) {
    const words = line
      .replace(/^\d{3}[ -]/, '')
      .trim()
      .toUpperCase();
    const [keyword = '', ...parameters] = words.split(/[\s=]+/);
    if (keyword === '') continue;
    keywords.add(keyword);
    if (keyword === 'AUTH') for (const mechanism of parameters) if (mechanism !== '') mechanisms.add(mechanism);
    if (keyword === 'SIZE') sizeLimitBytes = Number(/^\d{1,15}$/.exec(parameters[0] ?? '')?.[0] ?? 0);
    if (keyword === 'LIMITS') mostRecipients = Number(/\bRCPTMAX=(\d{1,6})\b/.exec(words)?.[1] ?? 0);
  }
  return { keywords, mechanisms, sizeLimitBytes, mostRecipients };
}
