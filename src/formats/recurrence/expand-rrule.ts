import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { weekNumberDates } from './week-number-dates.ts';

/** Where the series of a rule begins: `local` is `YYYY-MM-DDTHH:MM:SS` on the clocks of the IANA zone `zone`. */
export interface RruleStart {
  readonly local: string;
  readonly zone: string;
}

/** Periods looked at for one date before a rule is taken to have no further one. */
const mostSteps = 20_000;

/**
 * The moments of a rule of RFC 5545 3.3.10 in order, without end for a rule without one; from `notBefore` on when given.
 * Throws RangeError or Error for what is no rule.
 */
export function* expandRrule(rule: string, start: RruleStart, notBefore?: Date): Generator<Date> {
  const dtstart = Temporal.PlainDateTime.from(start.local).toZonedDateTime(start.zone);
  const rruleString = withUntilInUtc(rule, start.zone);
  const byWeek = weekNumberDates(rruleString, start.local);
  if (byWeek !== undefined) {
    const time = dtstart.toPlainTime();
    for (const date of byWeek) {
      const at = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: start.zone, plainTime: time });
      if (notBefore === undefined || at.epochMilliseconds >= notBefore.getTime()) yield new Date(at.epochMilliseconds);
    }
    return;
  }
  const series = new RRuleTemporal({ rruleString, dtstart, tzid: start.zone, maxIterations: mostSteps });
  let after = notBefore ?? new Date(dtstart.epochMilliseconds);
  for (let inclusive = true; ; inclusive = false) {
    const found = nextOf(series, after, inclusive);
    if (found === undefined) return;
    yield found;
    after = found;
  }
}

function nextOf(series: RRuleTemporal, after: Date, inclusive: boolean): Date | undefined {
  try {
    const found = series.next(after, inclusive);
    return found === null ? undefined : new Date(Number(found.epochMilliseconds));
  } catch (error) {
    // A rule that never comes true (31 February) has no dates.
    if (error instanceof Error && error.message.includes('Maximum iterations')) return undefined;
    throw error;
  }
}

/** UNTIL without a zone means the clocks of the series. */
function withUntilInUtc(rule: string, zone: string): string {
  return rule.replace(
    /UNTIL=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?!Z|\d)/i,
    (_all, y, m, d, hour, minute, second) => {
      const local = Temporal.PlainDateTime.from(`${y}-${m}-${d}T${hour}:${minute}:${second}`);
      const utc = local.toZonedDateTime(zone).toInstant().toString();
      return `UNTIL=${utc.replace(/[-:]/g, '')}`;
    },
  );
}
