import type { ColumnDefinition } from '../../tables/table-definition.ts';
import type { ConditionOperator, ConditionValue, Filter } from '../record-store.ts';
import type { ConditionContext } from './condition-context.ts';
import { dateOperatorKind, dayRange, periodRange, relativeRange, type WallRange } from './date-ranges.ts';
import { instantOf, wallTimeOf } from './local-days.ts';
import { negated, type Subject } from './named-condition.ts';

/** A relative date operator as a filter: the asker's days for instants, calendar days for columns without a zone. */
export function dateCondition(
  subject: Subject,
  definition: ColumnDefinition,
  operator: string,
  values: readonly ConditionValue[],
  context: ConditionContext,
): Filter {
  const isInstant = definition.type === 'DateTime' && (definition.behavior ?? 'UserLocal') === 'UserLocal';
  const zone = isInstant && !isElapsed(operator) ? context.timeZone : 'UTC';
  const now = wallTimeOf(context.now, isInstant ? zone : context.timeZone);
  const range = rangeOf(operator, now, values, (day) => (isInstant ? wallTimeOf(day, zone) : day));
  return rangeFilter(subject, {
    ...(range.from === undefined ? {} : { from: instantOf(range.from, zone) }),
    ...(range.to === undefined ? {} : { to: instantOf(range.to, zone) }),
  });
}

/** Hours and minutes pass alike in every zone. */
function isElapsed(operator: string): boolean {
  return operator.endsWith('-hours') || operator.endsWith('-minutes');
}

function rangeOf(
  operator: string,
  now: Date,
  values: readonly ConditionValue[],
  wallOf: (instant: Date) => Date,
): WallRange {
  const [first, second] = values;
  if (operator === 'in-fiscal-year') {
    const year = Number(first);
    return { from: new Date(Date.UTC(year, 0, 1)), to: new Date(Date.UTC(year + 1, 0, 1)) };
  }
  const kind = dateOperatorKind(operator);
  if (kind === 'day' && first instanceof Date) return dayRange(operator, wallOf(first));
  if (kind === 'period') return periodRange(operator, Number(first), Number(second));
  return relativeRange(operator, now, Number(first ?? 0));
}

function rangeFilter(subject: Subject, { from, to }: { readonly from?: Date; readonly to?: Date }): Filter {
  const bounds: Filter[] = [];
  if (from !== undefined) bounds.push({ ...subject, operator: 'ge', value: from });
  if (to !== undefined) bounds.push({ ...subject, operator: 'lt', value: to });
  const [only] = bounds;
  return bounds.length === 1 && only !== undefined ? only : { and: bounds };
}

/** Instants are shown in whole seconds, so one is compared as the second it names; an empty value is unequal to each. */
export function compareInstant(subject: Subject, operator: ConditionOperator, value: Date): Filter {
  const isWhole = value.getTime() % 1000 === 0;
  const end = isWhole ? new Date(value.getTime() + 1000) : value;
  const within: Filter = isWhole
    ? {
        and: [
          { ...subject, operator: 'ge', value },
          { ...subject, operator: 'lt', value: end },
        ],
      }
    : { ...subject, operator: 'eq', value };
  switch (operator) {
    case 'eq':
      return within;
    case 'ne':
      return negated(within, subject);
    case 'gt':
      return { ...subject, operator: isWhole ? 'ge' : 'gt', value: end };
    case 'le':
      return { ...subject, operator: isWhole ? 'lt' : 'le', value: end };
    default:
      return { ...subject, operator, value };
  }
}
