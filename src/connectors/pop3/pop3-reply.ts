/** A status line of the server (RFC 1939 3, RFC 2449 8). */
export interface Pop3Reply {
  /** `ok` (+OK), `error` (-ERR) or `continue` (+, SASL only, RFC 5034 4). */
  readonly status: 'ok' | 'error' | 'continue';
  /** Response code in capitals without brackets (`IN-USE`); empty when none. */
  readonly code: string;
  /** The words after status and code. */
  readonly text: string;
  /** The whole line, shortened and free of control characters: fit for an error message. */
  readonly line: string;
}

const replyShape = /^(\+OK|-ERR)(?:[ \t]+(.*))?$/i;
const codeShape = /^\[([^\]\s]{1,64})\]\s*(.*)$/;
/** Enough for any reason a server gives; longer replies only fill logs. */
const maxShownLength = 300;

/** Reads a status line; undefined when it is none (the peer does not speak POP3 or lost its place). */
export function parsePop3Reply(line: string): Pop3Reply | undefined {
  if (line === '+' || line.startsWith('+ ')) {
    return { status: 'continue', code: '', text: line.slice(2), line: showable(line) };
  }
  const match = replyShape.exec(line);
  if (match === null) return undefined;
  const status = match[1]?.startsWith('+') ? 'ok' : 'error';
  const words = match[2] ?? '';
  const coded = status === 'error' ? codeShape.exec(words) : null;
  return {
    status,
    code: coded?.[1]?.toUpperCase() ?? '',
    text: showable(coded?.[2] ?? words),
    line: showable(line),
  };
}

/** Server text made fit for people: control characters become `?`, at most 300 characters. */
export function showable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced here
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return clean.length > maxShownLength ? `${clean.slice(0, maxShownLength)}...` : clean;
}
