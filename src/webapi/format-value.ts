import type { ColumnDefinition } from '../tables/table-definition.ts';

/** What a form would show for a value (annotation FormattedValue): labels, grouped digits, US dates in UTC; undefined for plain texts and empties. */
export function formatValue(column: ColumnDefinition, value: unknown): string | undefined {
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
    case 'DateTime':
      return formatDate(value as Date, column.format === 'DateOnly' || column.behavior === 'DateOnly');
    case 'Integer':
      return formatNumber(value as number, 0);
    case 'BigInt':
      return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
    case 'Decimal':
    case 'Double':
    case 'Money':
      return formatNumber(value as number, column.precision ?? 2);
    default:
      return undefined;
  }
}

function formatNumber(value: number, digits: number): string {
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function formatDate(date: Date, dayOnly: boolean): string {
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  if (dayOnly) return day;
  const hours = date.getUTCHours();
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  return `${day} ${hours % 12 === 0 ? 12 : hours % 12}:${minutes} ${hours < 12 ? 'AM' : 'PM'}`;
}
