import type { TableRules } from './table-rules.ts';

interface NameParts {
  readonly firstname?: string | null;
  readonly middlename?: string | null;
  readonly lastname?: string | null;
}

/** Contacts and leads: the full name follows its parts, as "first middle last" (FM-C16). */
export function personRules<N extends 'contact' | 'lead'>(): TableRules<N> {
  return {
    beforeCreate: async (_context, values) => ({ ...values, fullname: fullName(values as NameParts) }),
    beforeUpdate: async (_context, _id, before, values) => {
      const given: NameParts = values as NameParts;
      const named = given.firstname !== undefined || given.middlename !== undefined || given.lastname !== undefined;
      return named ? { ...values, fullname: fullName({ ...before, ...values } as NameParts) } : values;
    },
  };
}

const fullName = (row: NameParts): string => [row.firstname, row.middlename, row.lastname].filter(Boolean).join(' ');
