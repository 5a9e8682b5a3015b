import type { TableName } from '../tables/catalog.ts';
import { refuse } from './refuse.ts';
import type { TableRules } from './table-rules.ts';

/** Rows that the service itself keeps: nobody writes them. `remedy` says what does. */
export function fixedRules<N extends TableName>(table: N, remedy: string): TableRules<N> {
  const refused = async (): Promise<never> => refuse('80040203', `Rows of ${table} are kept by the service. ${remedy}`);
  return { beforeCreate: refused, beforeUpdate: refused, beforeDelete: refused };
}
