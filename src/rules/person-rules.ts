import type { RecordOf } from '../tables/catalog.ts';
import type { TableRules } from './table-rules.ts';

/** Contacts and leads: the full name follows its parts, as "first last" (FM-C16). */
export function personRules<N extends 'contact' | 'lead'>(): TableRules<N> {
  return {
    beforeCreate: async (_context, values) => ({ ...values, fullname: fullName(values) }),
    beforeUpdate: async (_context, _id, before, values) =>
      values.firstname !== undefined || values.middlename !== undefined || values.lastname !== undefined
        ? { ...values, fullname: fullName({ ...before, ...values }) }
        : values,
  };
}

const fullName = (row: RecordOf<'contact'> | RecordOf<'lead'>): string =>
  [row.firstname, row.middlename, row.lastname].filter(Boolean).join(' ');
