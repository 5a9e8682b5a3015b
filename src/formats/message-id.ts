function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let kept = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0) kept += character;
  }
  return kept;
}

const bareWords = (value: string): string[] =>
  withoutComments(value)
    .split(/[\s,<>]+/)
    .filter((word) => word !== '');

/**
 * Message ids of a header value in order, without angle brackets, white space and comments (RFC 5322 3.6.4); case is kept.
 * In a value without brackets, each word with an at sign counts as one.
 */
export function messageIds(value: string): string[] {
  const ids: string[] = [];
  let at = value.indexOf('<');
  while (at >= 0) {
    const end = value.indexOf('>', at + 1);
    const start = value.lastIndexOf('<', end < 0 ? value.length : end);
    const id = value.slice(start + 1, end < 0 ? value.length : end).replace(/\s+/g, '');
    if (id !== '') ids.push(id);
    if (end < 0) break;
    at = value.indexOf('<', end + 1);
  }
  return ids.length > 0 ? ids : bareWords(value).filter((word) => word.includes('@'));
}

/** The first message id of a header value, without angle brackets, white space and comments; empty when there is none. Case is kept. */
export function normaliseMessageId(value: string): string {
  return messageIds(value)[0] ?? bareWords(value)[0] ?? '';
}

/**
 * A Message-ID of ours without angle brackets: `unique` (a UUID of the caller's) before the sender's domain (RFC 5322 3.6.4).
 * Characters that an id may not hold are left out; an empty domain becomes `mailroom.invalid`.
 */
export function buildMessageId(unique: string, domain: string): string {
  const left = unique.replace(/[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]/g, '');
  const right = domain.toLowerCase().replace(/[^a-z0-9.-]/g, '');
  return `${left}@${right === '' ? 'mailroom.invalid' : right}`;
}
