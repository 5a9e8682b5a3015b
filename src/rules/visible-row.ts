import { MailroomError } from '../base/errors.ts';
import { isUuid } from '../base/uuid.ts';
import type { RightName } from '../tables/access-right.ts';
import { catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { requireRow } from './access-rules.ts';
import { callerLimits } from './caller-limits.ts';
import type { RuleContext } from './table-rules.ts';

/** The whole row (secrets apart), locked until the transaction ends, so that what a rule sees is what it changes. Throws notFound 80040217 when the caller may not see it. */
export async function lockVisible<N extends TableName>(
  context: RuleContext,
  table: N,
  id: string,
): Promise<RecordOf<N>> {
  const limits = callerLimits(context.caller, 'read');
  const reads = limits === undefined ? context.records : context.scope.readsWithin(limits);
  const page = isUuid(id)
    ? await reads.retrieveMultiple({
        table,
        filter: { column: catalog[table].primaryId, operator: 'eq', value: id },
        limit: 1,
        ...(table === 'activitypointer' ? {} : { lock: 'wait' }),
      })
    : undefined;
  const row = page?.rows[0];
  if (row !== undefined) return row;
  throw new MailroomError(`There is no ${table} with the id ${id}.`, { code: '80040217', kind: 'notFound' });
}

/** As lockVisible, for a row that is to be changed, deleted or assigned. Throws 80040220 as well when the caller sees it and may not do that. */
export async function lockFor<N extends TableName>(
  context: RuleContext,
  right: RightName,
  table: N,
  id: string,
): Promise<RecordOf<N>> {
  const row = await lockVisible(context, table, id);
  await requireRow(context, right, table, id);
  return row;
}
