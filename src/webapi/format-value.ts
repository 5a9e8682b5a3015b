import { wallTimeOf } from '../store/fetch/local-days.ts';
import type { ColumnDefinition } from '../tables/table-definition.ts';

/** How a user wants dates and numbers shown (usersettings); patterns as in .NET: `M/d/yyyy`, `h:mm tt`. */
export interface ValueFormats {
  /** IANA name. */
  readonly timeZone: string;
  readonly datePattern: string;
  readonly timePattern: string;
  readonly amDesignator: string;
  readonly pmDesignator: string;
  readonly decimalSymbol: string;
  readonly numberSeparator: string;
}

/** US English in UTC: for users who chose nothing. */
export const defaultFormats: ValueFormats = {
  timeZone: 'UTC',
  datePattern: 'M/d/yyyy',
  timePattern: 'h:mm tt',
  amDesignator: 'AM',
  pmDesignator: 'PM',
  decimalSymbol: '.',
  numberSeparator: ',',
};

/** What a form would show for a value (annotation FormattedValue): labels, grouped digits, dates of the user's zone; undefined for plain texts and empties. */
export function formatValue(column: ColumnDefinition, value: unknown, formats = defaultFormats): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (column.type) {
    case 'Picklist':
    case 'State':
    case 'Status':
      return column.options.find(([number]) => number === value)?.[1];
    case 'MultiSelectPicklist':
      return (value as readonly number[])
        .map((number) => column.options.find(([known]) => known === number)?.[1] ?? String(number))
        .join('; ');
    case 'Boolean':
      return (column.labels ?? ['No', 'Yes'])[value === true ? 1 : 0];
    case 'DateTime': {
      const isLocal = (column.behavior ?? 'UserLocal') === 'UserLocal';
      const shown = isLocal ? wallTimeOf(value as Date, formats.timeZone) : (value as Date);
      const dayOnly = column.format === 'DateOnly' || column.behavior === 'DateOnly';
      return formatDate(
        shown,
        dayOnly ? formats.datePattern : `${formats.datePattern} ${formats.timePattern}`,
        formats,
      );
    }
    case 'Integer':
      return formatNumber((value as number).toFixed(0), formats);
    case 'BigInt':
      return formatNumber(String(value), formats);
    case 'Decimal':
    case 'Double':
    case 'Money':
      return formatNumber((value as number).toFixed(column.precision ?? 2), formats);
    default:
      return undefined;
  }
}

function formatNumber(digits: string, { numberSeparator, decimalSymbol }: ValueFormats): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, () => numberSeparator);
  return fraction === undefined ? grouped : `${grouped}${decimalSymbol}${fraction}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A wall time by a pattern; quoted parts and signs stand for themselves. */
function formatDate(wall: Date, pattern: string, { amDesignator, pmDesignator }: ValueFormats): string {
  const hours = wall.getUTCHours();
  const values: Readonly<Record<string, number>> = {
    d: wall.getUTCDate(),
    M: wall.getUTCMonth() + 1,
    H: hours,
    h: hours % 12 === 0 ? 12 : hours % 12,
    m: wall.getUTCMinutes(),
    s: wall.getUTCSeconds(),
  };
  const year = String(wall.getUTCFullYear()).padStart(4, '0');
  return pattern.replace(
    /'([^']*)'|y+|t+|M{3,}|d{1,2}|M{1,2}|H{1,2}|h{1,2}|m{1,2}|s{1,2}/g,
    (part, quoted?: string) => {
      if (quoted !== undefined) return quoted;
      const [letter = ''] = part;
      if (letter === 'y') return part.length === 2 ? year.slice(-2) : year;
      if (letter === 't') return (hours < 12 ? amDesignator : pmDesignator).slice(0, part.length === 1 ? 1 : undefined);
      if (part.length > 2) return months[wall.getUTCMonth()] ?? '';
      return String(values[letter] ?? '').padStart(part.length, '0');
    },
  );
}
