/** The messages of a folder that bear a keyword. */
export interface KeywordBearers {
  readonly uidValidity: string;
  /** UIDs (RFC 9051 2.3.1.1), in any order. */
  readonly uids: readonly number[];
}

/** Messages remembered of a folder, the newest: a keyword taken from an older one is not noticed. */
const mostRemembered = 10_000;

/** Writes them for storage: `UIDVALIDITY=` and ranges of UIDs. */
export function formatBearers({ uidValidity, uids }: KeywordBearers): string {
  const sorted = [...new Set(uids)].sort((one, other) => one - other).slice(-mostRemembered);
  const ranges: [number, number][] = [];
  for (const uid of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === uid - 1) last[1] = uid;
    else ranges.push([uid, uid]);
  }
  return `${uidValidity}=${ranges.map(([from, to]) => (from === to ? from : `${from}:${to}`)).join(',')}`;
}

/** Reads what was stored; undefined for something else. */
export function parseBearers(text: string): KeywordBearers | undefined {
  const [, uidValidity, ranges] = /^(\d{1,20})=((?:\d{1,10}(?::\d{1,10})?(?:,|$))*)$/.exec(text) ?? [];
  if (uidValidity === undefined || ranges === undefined) return undefined;
  const uids: number[] = [];
  for (const range of ranges.split(',').filter((one) => one !== '')) {
    const [from = 0, to = from] = range.split(':').map(Number);
    for (let uid = from; uid <= to && uids.length < mostRemembered; uid += 1) uids.push(uid);
  }
  return { uidValidity, uids };
}

/** UIDs that bear it now and did not before, or did and do not; all that bear it where the folder was numbered anew or is seen for the first time. Pure. */
export function changedBearers(before: KeywordBearers | undefined, now: KeywordBearers): readonly number[] {
  if (before === undefined || before.uidValidity !== now.uidValidity) return now.uids;
  const [then, present] = [new Set(before.uids), new Set(now.uids)];
  const added = now.uids.filter((uid) => !then.has(uid));
  return [...added, ...before.uids.filter((uid) => !present.has(uid))].sort((one, other) => one - other);
}
