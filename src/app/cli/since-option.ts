import { InvalidArgumentError } from 'commander';

/** Reads a date given on the command line: `2026-01-31` (midnight UTC) or an ISO 8601 instant. Throws InvalidArgumentError for anything else. */
export function parseSince(text: string): Date {
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const date = new Date(text);
  const day = text.slice(0, 10);
  // 30 February would be taken for 2 March.
  const isDay = isDate && new Date(`${day}T00:00Z`).toJSON()?.startsWith(day);
  if (!isDay || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('It is no date. Give one as 2026-01-31 (midnight UTC) or 2026-01-31T08:00:00Z.');
  }
  return date;
}
