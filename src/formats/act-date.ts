const dayMs = 86_400_000;

/** The calendar day an item's date means: servers tell it as an instant near midnight UTC of that day, some of them half a day off (CC-14, TK-07). Null for none. */
export function dayOfInstant(text: string | null | undefined): string | null {
  const ms = Date.parse(text ?? '');
  if (Number.isNaN(ms)) return null;
  return new Date(Math.ceil((ms - dayMs / 2) / dayMs) * dayMs).toISOString().slice(0, 10);
}

/** The calendar day of an instant in a zone (IANA), `2026-03-01`. */
export function dayInZone(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(instant);
}

/** Minutes since midnight of an instant in a zone. */
export function minuteInZone(instant: Date, timeZone: string): number {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(instant);
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

/** The instant of a day's minute in a zone; a time that a change of the clocks leaves out is taken after it. */
export function instantInZone(day: string, minute: number, timeZone: string): Date {
  const wanted = Date.parse(`${day}T00:00:00.000Z`) + minute * 60_000;
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) {
    const shown = Date.parse(`${dayInZone(new Date(guess), timeZone)}T00:00:00.000Z`);
    const offset = shown + minuteInZone(new Date(guess), timeZone) * 60_000 - guess;
    if (wanted - offset === guess) break;
    guess = wanted - offset;
  }
  return new Date(guess);
}
