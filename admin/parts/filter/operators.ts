import type { OperatorTakes } from './condition-model.ts';

/** What the values of a column are, as far as conditions go. */
export type ColumnKind = 'text' | 'number' | 'date' | 'choice' | 'choices' | 'boolean' | 'lookup' | 'id';

interface Operator {
  readonly takes: OperatorTakes;
  readonly kinds: readonly ColumnKind[];
  /** What its value is where that does not follow from the column. */
  readonly value?: 'count' | 'pattern';
  /** `$filter` has no word for it. */
  readonly isFetchOnly?: boolean;
}

const ordered = { takes: 'one', kinds: ['number'] } as const;
const texts = { takes: 'one', kinds: ['text'] } as const;
const days = { takes: 'one', kinds: ['date'] } as const;
const relative = { takes: 'none', kinds: ['date'] } as const;
const counted = { takes: 'one', kinds: ['date'], value: 'count' } as const;
const asker = { takes: 'none', kinds: ['lookup'] } as const;
const all: readonly ColumnKind[] = ['text', 'number', 'date', 'choice', 'choices', 'boolean', 'lookup', 'id'];

/** The operators of the builder by their FetchXML names, in the order in which they are offered. `contains` and `not-contains` stand for `like` around a text. */
export const operators = {
  eq: { takes: 'one', kinds: ['text', 'number', 'choice', 'boolean', 'lookup', 'id'] },
  ne: { takes: 'one', kinds: ['text', 'number', 'choice', 'boolean', 'lookup', 'id'] },
  in: { takes: 'many', kinds: ['choice'] },
  'not-in': { takes: 'many', kinds: ['choice'] },
  'contain-values': { takes: 'many', kinds: ['choices'] },
  'not-contain-values': { takes: 'many', kinds: ['choices'] },
  contains: texts,
  'not-contains': texts,
  'begins-with': texts,
  'not-begin-with': texts,
  'ends-with': texts,
  'not-end-with': texts,
  like: { ...texts, value: 'pattern', isFetchOnly: true },
  'not-like': { ...texts, value: 'pattern', isFetchOnly: true },
  gt: ordered,
  ge: ordered,
  lt: ordered,
  le: ordered,
  on: days,
  'on-or-after': days,
  'on-or-before': days,
  today: relative,
  yesterday: relative,
  tomorrow: relative,
  'last-x-days': counted,
  'next-x-days': counted,
  'last-x-months': counted,
  'next-x-months': counted,
  'olderthan-x-days': counted,
  'olderthan-x-months': counted,
  'last-seven-days': relative,
  'next-seven-days': relative,
  'this-week': relative,
  'last-week': relative,
  'next-week': relative,
  'this-month': relative,
  'last-month': relative,
  'next-month': relative,
  'this-year': relative,
  'last-year': relative,
  'next-year': relative,
  'eq-userid': asker,
  'ne-userid': asker,
  'eq-userteams': asker,
  'eq-useroruserteams': asker,
  'eq-businessid': asker,
  'ne-businessid': asker,
  null: { takes: 'none', kinds: all },
  'not-null': { takes: 'none', kinds: all },
} as const satisfies Readonly<Record<string, Operator>>;

/** Name of an operator that the builder knows. */
export type OperatorName = keyof typeof operators;

/** The operator of a name; undefined for one that only the text can say. */
export function operatorNamed(name: string): Operator | undefined {
  return Object.hasOwn(operators, name) ? operators[name as OperatorName] : undefined;
}

/** True when so many values stand with an operator that the builder knows. */
export function takesSoMany(name: string, count: number): boolean {
  const takes = operatorNamed(name)?.takes;
  return takes === 'none' ? count === 0 : takes === 'one' ? count === 1 : takes === 'many' && count > 0;
}
