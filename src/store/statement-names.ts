import { createHash } from 'node:crypto';

/** Names for prepared statements. */
export interface StatementNames {
  /** The name of a text seen before; undefined the first time and once the register is full. */
  nameOf(text: string): string | undefined;
}

/** A register of at most `limit` texts, so that questions made up by callers cannot fill the server's memory with plans. */
export function createStatementNames(limit = 500): StatementNames {
  const names = new Map<string, string | undefined>();
  return {
    nameOf(text) {
      if (!names.has(text)) {
        if (names.size < limit && !isPlannedByValues(text)) names.set(text, undefined);
        return undefined;
      }
      const known = names.get(text) ?? `mr_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
      names.set(text, known);
      return known;
    },
  };
}

/** How to search best depends on the words; a prepared statement would come to be planned for any. */
function isPlannedByValues(text: string): boolean {
  return text.includes('to_tsquery(');
}
