import type { EntityReference } from '../tables/table-definition.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** The business unit above all others. Throws 80040216 before the first start has made it. */
export async function rootBusinessUnit(context: RuleContext): Promise<EntityReference> {
  const page = await context.records.retrieveMultiple({
    table: 'businessunit',
    columns: ['businessunitid'],
    filter: { column: 'parentbusinessunitid', operator: 'null' },
    orderBy: [{ column: 'createdon' }],
    limit: 1,
  });
  const id = page.rows[0]?.businessunitid;
  if (!id)
    refuse('80040216', 'There is no business unit yet. Start the service once, which makes the root business unit.');
  return { table: 'businessunit', id };
}
