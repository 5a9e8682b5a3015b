import type { RecordOf } from '../tables/catalog.ts';
import { requireWideRight } from './access-rules.ts';
import { requireUserHeld } from './escalation.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** Locks a user whose password or secrets are to change: the caller's own, or one whom the caller may write for more than being that user and who may do no more than the caller. Throws 80040217 or 80040220. */
export async function lockAccount(context: RuleContext, systemuserid: string): Promise<RecordOf<'systemuser'>> {
  const user = await lockVisible(context, 'systemuser', systemuserid);
  if (systemuserid === context.caller.systemuserid) return user;
  await requireWideRight(context, 'write', 'systemuser', systemuserid);
  await requireUserHeld(context, systemuserid);
  return user;
}
