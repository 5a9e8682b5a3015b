import { type FullNameParts, fullName } from '../formats/full-name.ts';
import type { TableRules } from './table-rules.ts';

/** Contacts and leads: the full name follows its parts, in the organisation's order (FM-C16). */
export function personRules<N extends 'contact' | 'lead'>(): TableRules<N> {
  return {
    beforeCreate: async ({ settings }, values) => ({
      ...values,
      fullname: fullName(values as FullNameParts, settings.fullNameConvention),
    }),
    beforeUpdate: async ({ settings }, _id, before, values) => {
      const given: FullNameParts = values as FullNameParts;
      const named = given.firstname !== undefined || given.middlename !== undefined || given.lastname !== undefined;
      if (!named) return values;
      return { ...values, fullname: fullName({ ...before, ...values } as FullNameParts, settings.fullNameConvention) };
    },
  };
}
