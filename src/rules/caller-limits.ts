import { MailroomError } from '../base/errors.ts';
import type { RowLimits } from '../store/row-limit.ts';
import type { RightName } from '../tables/access-right.ts';
import { rowLimits } from './row-limits.ts';
import type { RuleCaller } from './table-rules.ts';

/** The rows in which the caller has a right; undefined when nothing limits them. The limits throw 80040220 for a table in which there is none. */
export function callerLimits(caller: RuleCaller, right: RightName): RowLimits | undefined {
  if (caller.isAdministrator) return undefined;
  const { rights } = caller;
  if (rights === undefined) {
    return (table) => {
      throw new MailroomError(`You may not work with rows of ${table}. Ask an administrator for a role.`, {
        code: '80040220',
        kind: 'item',
      });
    };
  }
  return rowLimits(rights, right);
}
