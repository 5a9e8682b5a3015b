import pg from 'pg';

type Parse = (text: string) => unknown;

const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [20, BigInt],
  [1700, Number],
  [1082, (text) => new Date(`${text}T00:00:00Z`)],
  [1114, (text) => parseUtc(text)],
  [1184, parseInstant],
]);

/** How the driver reads values: bigint as BigInt, numeric as number, every kind of date as a UTC Date. */
export const pgTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parse {
    return (format !== 'binary' && parsers.get(oid)) || (pg.types.getTypeParser(oid, format as 'text') as Parse);
  },
} as unknown as pg.CustomTypesConfig;

/** `2026-01-31 10:00:00.123+00`; another zone than UTC goes through the driver's own reading. */
function parseInstant(text: string): Date {
  return text.endsWith('+00') ? parseUtc(text.slice(0, -3)) : driversReading(text);
}

/** `2026-01-31 10:00:00.123` as UTC; years beyond four digits go through the driver's own reading. */
function parseUtc(text: string): Date {
  const date = new Date(`${text.slice(0, 10)}T${text.slice(11)}Z`);
  return Number.isNaN(date.getTime()) ? driversReading(`${text}+00`) : date;
}

function driversReading(text: string): Date {
  return pg.types.getTypeParser(1184)(text) as unknown as Date;
}
