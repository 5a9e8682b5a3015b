import { MailroomError } from '../base/errors.ts';
import type { RecordStore } from '../store/record-store.ts';
import { timeZones } from '../tables/time-zones.ts';
import { defaultFormats, type ValueFormats } from './format-value.ts';

const columns = [
  'timezonecode',
  'dateformatstring',
  'dateseparator',
  'timeformatstring',
  'timeseparator',
  'amdesignator',
  'pmdesignator',
  'decimalsymbol',
  'numberseparator',
] as const;

/** How a user wants values shown; what is not set, or may not be read, is as in US English and UTC. */
export async function readFormats(records: Pick<RecordStore, 'retrieve'>, userId: string): Promise<ValueFormats> {
  const row = await records.retrieve('usersettings', userId, columns).catch((error: unknown) => {
    if (error instanceof MailroomError && error.code === '80040220') return undefined;
    throw error;
  });
  if (row === undefined) return defaultFormats;
  const pattern = (
    text: string | null | undefined,
    fallback: string,
    sign: string,
    separator: string | null | undefined,
  ) => (text || fallback).replaceAll(sign, separator ? `'${separator.replaceAll("'", '')}'` : sign);
  return {
    timeZone: timeZones[row.timezonecode ?? -1] ?? defaultFormats.timeZone,
    datePattern: pattern(row.dateformatstring, defaultFormats.datePattern, '/', row.dateseparator),
    timePattern: pattern(row.timeformatstring, defaultFormats.timePattern, ':', row.timeseparator),
    amDesignator: row.amdesignator || defaultFormats.amDesignator,
    pmDesignator: row.pmdesignator || defaultFormats.pmDesignator,
    decimalSymbol: row.decimalsymbol || defaultFormats.decimalSymbol,
    numberSeparator: row.numberseparator || defaultFormats.numberSeparator,
  };
}
