import { parseFetchXml } from '../store/fetch/parse-fetch-xml.ts';
import { QueryType } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

interface FilterValues {
  readonly querytype?: number | null;
  readonly fetchxml?: string | null;
  readonly returnedtypecode?: string | null;
}

/** A synchronisation filter must be FetchXML of the table that it says it is of (FI-01), so that it cannot fail at every cycle. */
export function filterRules<N extends 'userquery' | 'savedquery'>(): TableRules<N> {
  return {
    beforeCreate: async (context, values) => {
      checkFilter(context, values as FilterValues);
      return values;
    },
    beforeUpdate: async (context, _id, before, values) => {
      checkFilter(context, { ...before, ...values } as FilterValues);
      return values;
    },
  };
}

function checkFilter(context: RuleContext, { querytype, fetchxml, returnedtypecode }: FilterValues): void {
  if (querytype !== QueryType.outlookFilter && querytype !== QueryType.outlookTemplate) return;
  const fetch = parseFetchXml(fetchxml ?? '', {
    now: context.clock.now(),
    timeZone: 'UTC',
    userId: context.caller.systemuserid,
    businessUnitId: undefined,
    teamIds: [],
    languageCode: 1033,
  });
  if (fetch.entity.table !== returnedtypecode) {
    refuse(
      '80040203',
      `The filter's FetchXML is about ${fetch.entity.table}, its table is ${returnedtypecode ?? '(none)'}. Make both the same.`,
    );
  }
}
