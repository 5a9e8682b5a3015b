import pg from 'pg';

type Parse = (text: string) => unknown;

const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [20, BigInt],
  [1700, Number],
  [1082, (text) => new Date(`${text}T00:00:00Z`)],
  [1114, parseInstant],
  [1184, parseInstant],
]);

/** How the driver reads values: bigint as BigInt, numeric as number, every kind of date as a UTC Date. The session's time zone must be UTC. */
export const pgTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parse {
    return (format !== 'binary' && parsers.get(oid)) || (pg.types.getTypeParser(oid, format as 'text') as Parse);
  },
} as unknown as pg.CustomTypesConfig;

/** `2026-01-31 10:00:00.123+00` as a Date; years beyond four digits go through the driver's own reading. */
function parseInstant(text: string): Date {
  const iso = `${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, '')}Z`;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? (pg.types.getTypeParser(1184)(text) as unknown as Date) : date;
}
