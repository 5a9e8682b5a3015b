/** One address that a report in plain words names, with the words that stand with it. */
export interface NamedFailure {
  readonly address: string;
  readonly text: string;
}

const ADDRESS = /[^\s<>"'()[\]{},;:|=*\u3000-\u9fff]{1,128}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?/gi;

/** An address at the beginning of a line, or what a line says was not delivered to. */
const LEADING = /^[\s>*"'<\u30fb-]*(?:recipient|to|address|user)?[\s:]*[<"']?$/i;
const POINTING =
  /(?:recipients?|address(?:es)?|deliver\w*(?: your)?(?: mail| message)? to|delivery failed|delivered to|deliver(?:y)? to|undeliverable to|userid|rcpt to|attempts|mailbox|user)[\s:>]*[<"']?$/i;

/** Lines that name other people than the failed ones. */
const OTHERS =
  /mail from|contact|assistance|envelope-from|return-path|sent by|^\s*from\b|original sender|message-id|reply|support|generated from|https?:|postmaster|mailer-daemon|x-sender|submitted/i;

/** Characters before an address that are looked at. */
const MAX_BEFORE = 200;
const MAX_LINES = 2000;
const MAX_FOUND = 500;

interface Place {
  readonly address: string;
  readonly line: number;
  readonly leads: boolean;
}

function placesOf(lines: readonly string[], others: ReadonlySet<string>): Place[] {
  const places: Place[] = [];
  for (const [line, text] of lines.entries()) {
    if (!text.includes('@') || text.length > 4000) continue;
    for (const match of text.matchAll(ADDRESS)) {
      const address = match[0].replace(/[.>]+$/, '');
      const before = text.slice(Math.max(0, match.index - MAX_BEFORE), match.index);
      const leads = match.index < MAX_BEFORE && LEADING.test(before);
      if (others.has(address.toLowerCase()) || (!leads && (OTHERS.test(before) || !POINTING.test(before)))) continue;
      if (places.length < MAX_FOUND) places.push({ address, line, leads });
    }
  }
  return places;
}

/**
 * The addresses that a report in plain words says were not reached, each with the words up to the next one; `others` are addresses
 * (lower case) that cannot be meant: of the report itself and of the sender it went to. Pure.
 */
export function failedAddresses(report: string, others: ReadonlySet<string>): readonly NamedFailure[] {
  const lines = report.split('\n', MAX_LINES);
  const places = placesOf(lines, others);
  const leading = places.filter((place) => place.leads);
  const chosen = leading.length > 0 ? leading : places;
  const found = new Map<string, { address: string; text: string }>();
  for (const [index, place] of chosen.entries()) {
    const next = chosen.slice(index + 1).find((one) => one.address.toLowerCase() !== place.address.toLowerCase());
    const text = lines.slice(place.line, next === undefined || next.line === place.line ? undefined : next.line);
    const key = place.address.toLowerCase();
    const before = found.get(key);
    const all = `${before === undefined ? '' : `${before.text}\n`}${text.join('\n')}`;
    found.set(key, { address: before?.address ?? place.address, text: all.slice(0, 4000) });
  }
  return [...found.values()];
}
