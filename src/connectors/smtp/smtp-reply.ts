/** One complete reply of a server (RFC 5321 4.2). */
export interface SmtpReply {
  /** Reply code, 100 to 599; 0 when the line does not begin with three digits. */
  readonly code: number;
  /** RFC 3463 status such as `5.1.1`, when the reply carries one of its own class. */
  readonly enhancedCode: string | undefined;
  /** The lines as sent, codes included; kept whole for EHLO. */
  readonly lines: readonly string[];
  /** The reply as sent, lines joined by a space, control characters removed, at most 1,000 characters. */
  readonly text: string;
}

/** Long enough for the longest real refusals (links, ticket numbers), short enough for a record and a log line. */
const longestReplyText = 1000;

/** Reads a reply of one or more lines; never throws, a line that is no SMTP gets code 0. */
export function parseSmtpReply(raw: string): SmtpReply {
  const lines = raw.split(/\r?\n/).filter((line) => line !== '');
  const last = lines[lines.length - 1] ?? '';
  const code = /^[1-5]\d\d(?:[ -]|$)/.test(last) ? Number(last.slice(0, 3)) : 0;
  const texts = lines.map((line, index) => (index === 0 ? line : line.replace(/^\d{3}[ -]?/, '')));
  return {
    code,
    enhancedCode: code === 0 ? undefined : enhancedCodeOf(last),
    lines,
    text: printable(texts.join(' ')).slice(0, longestReplyText),
  };
}

function enhancedCodeOf(line: string): string | undefined {
  const match = /^\d{3}[ -](([245])\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(line);
  return match?.[2] === line[0] ? match?.[1] : undefined;
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
