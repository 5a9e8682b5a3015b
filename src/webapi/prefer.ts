/** The wishes of a `Prefer` header that the Web API knows. */
export interface Preferences {
  readonly representation: boolean;
  /** Rows a page, 1 to 5,000. */
  readonly pageSize?: number;
  /** Whether an annotation of that name is wanted. */
  annotates(name: string): boolean;
  readonly annotations?: string;
  readonly trackChanges: boolean;
  readonly continueOnError: boolean;
  /** `/$count` counts all matches, however long that takes. */
  readonly exactCount: boolean;
}

/** Reads a `Prefer` header (RFC 7240); what it does not know is ignored, as the RFC demands. */
export function parsePrefer(header: string | undefined): Preferences {
  const wishes = new Map<string, string>();
  for (const match of (header ?? '').matchAll(/([\w.-]+)(?:\s*=\s*(?:"([^"]*)"|([^,;\s]+)))?/g)) {
    const name = (match[1] ?? '').toLowerCase().replace(/^odata\./, '');
    if (!wishes.has(name)) wishes.set(name, match[2] ?? match[3] ?? '');
  }
  const size = Number(wishes.get('maxpagesize') ?? '');
  const annotations = wishes.get('include-annotations');
  const patterns = annotations?.split(',').map((text) => text.trim()) ?? [];
  return {
    representation: wishes.get('return') === 'representation',
    ...(Number.isInteger(size) && size > 0 ? { pageSize: Math.min(size, 5000) } : {}),
    annotates: (name) =>
      patterns.some((pattern) => matches(pattern, name)) &&
      !patterns.some((pattern) => pattern.startsWith('-') && matches(pattern.slice(1), name)),
    ...(annotations === undefined ? {} : { annotations }),
    trackChanges: wishes.has('track-changes'),
    exactCount: wishes.has('mr.exact-count'),
    continueOnError: wishes.has('continue-on-error') && wishes.get('continue-on-error') !== 'false',
  };
}

function matches(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  return pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1));
}
