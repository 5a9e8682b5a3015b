import { child, type XmlNode } from '../xml/xml-node.ts';

/** What part of a result a request wants. */
export interface Paging {
  /** Entries to pass over. */
  readonly offset: number;
  /** Largest number of entries. */
  readonly count: number;
  readonly fromEnd: boolean;
  /** Offset as a fraction of the whole, of a fractional view. */
  readonly fraction?: readonly [number, number];
}

/** Entries a user gets at most by one call, as the throttling policy of a real server says. */
export const findLimit = 1000;

/** Reads the paging element of a request; without one all is given, up to the limit. */
export function readPaging(request: XmlNode, indexed: string, fractional: string): Paging {
  const page = child(request, indexed);
  const fraction = child(request, fractional);
  const asked = Number((page ?? fraction)?.attributes.MaxEntriesReturned ?? findLimit);
  const count = Math.min(asked, findLimit);
  if (fraction !== undefined) {
    const numbers = [Number(fraction.attributes.Numerator), Number(fraction.attributes.Denominator)] as const;
    return { offset: 0, count, fromEnd: false, fraction: numbers };
  }
  return { offset: Number(page?.attributes.Offset ?? 0), count, fromEnd: page?.attributes.BasePoint === 'End' };
}

/** A page of a result, and the attributes of `RootFolder` that tell where it lies. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** The page of a list that lies in memory. */
export function pageOf<Entry>(all: readonly Entry[], paging: Paging): Page<Entry> {
  return pageFrom(all.length, paging, (from, count) => all.slice(from, from + count));
}

/** The page of a list of known length that can be read from a position. */
export function pageFrom<Entry>(
  total: number,
  paging: Paging,
  read: (from: number, count: number) => readonly Entry[],
): Page<Entry> {
  const [numerator, denominator] = paging.fraction ?? [0, 1];
  const wanted = paging.fraction === undefined ? paging.offset : Math.floor((total * numerator) / denominator);
  const from = paging.fromEnd ? Math.max(0, total - wanted - paging.count) : Math.min(wanted, total);
  const until = paging.fromEnd ? Math.max(0, total - wanted) : Math.min(from + paging.count, total);
  const entries = read(from, until - from);
  const last = paging.fromEnd ? from === 0 : until >= total;
  const next = paging.fromEnd ? total - from : until;
  return {
    entries,
    attributes: {
      ...(paging.fraction === undefined
        ? { IndexedPagingOffset: String(next) }
        : { NumeratorOffset: String(until), AbsoluteDenominator: String(Math.max(total, 1)) }),
      TotalItemsInView: String(total),
      IncludesLastItemInRange: String(last),
    },
  };
}
