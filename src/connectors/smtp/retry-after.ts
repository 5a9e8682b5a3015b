const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A server that names more than a day is not believed further than this. */
const longestDelayMs = 86_400_000;

const verbs =
  /\b(?:retry|try again|try later|try in|come back|wait|resend|greylist(?:ed|ing)?|available again|delay(?:ed)?)\b/i;
const clock = /\b(\d{1,2}):([0-5]\d):([0-5]\d)\b/;
const amount = /\b(\d{1,6})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b/i;
const bareSeconds = /\b(?:in|after)\s*[:=]?\s*(\d{1,6})\b(?!\s*[-.:\w])/i;

/**
 * The delay a server's words ask for ("try again in 300 seconds", "retry after 5 min", "come back in 00:04:56"),
 * milliseconds, at most a day; undefined when they name none (SC-13). A number without a unit counts as seconds.
 */
export function retryAfterOf(words: string): number | undefined {
  const verb = verbs.exec(words);
  if (verb === null) return undefined;
  const near = words.slice(verb.index, verb.index + 120);
  const delayMs = clockMs(near) ?? amountMs(near) ?? amountMs(words) ?? secondsMs(near);
  return delayMs === undefined || delayMs === 0 ? undefined : Math.min(delayMs, longestDelayMs);
}

function clockMs(text: string): number | undefined {
  const match = clock.exec(text);
  return match === null ? undefined : (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}

function amountMs(text: string): number | undefined {
  const match = amount.exec(text);
  const unit = match?.[2]?.[0]?.toLowerCase();
  return match === null || unit === undefined ? undefined : Number(match[1]) * (unitMs[unit] ?? 0);
}

function secondsMs(text: string): number | undefined {
  const match = bareSeconds.exec(text);
  return match === null ? undefined : Number(match[1]) * 1000;
}
