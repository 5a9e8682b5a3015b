import { CreationState, EmailStatus } from '../tables/choices.ts';
import { hasCreationRule } from './queue-item-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

/** Puts a received email before the creation rules of its queues (again), unless a record was made of it already (message ProcessInboundEmail, QU-09). Throws 80040203 for other emails. */
export async function processInboundEmail(context: RuleContext, emailid: string): Promise<void> {
  const email = await lockFor(context, 'write', 'email', emailid);
  if (email.statuscode !== EmailStatus.received)
    refuse('80040203', 'Only received emails go through the creation rules of queues.');
  const { rows } = await context.records.retrieveMultiple({
    table: 'queueitem',
    columns: ['queueitemid', 'queueid', 'mr_creationstate'],
    filter: { column: 'objectid', operator: 'eq', value: emailid },
  });
  for (const { queueitemid, queueid, mr_creationstate } of rows) {
    if (!queueitemid || !queueid || mr_creationstate === CreationState.made) continue;
    if (!(await hasCreationRule(context, queueid.id, 'email'))) continue;
    await context.records.update('queueitem', queueitemid, {
      mr_creationstate: CreationState.waiting,
      mr_creationattempts: 0,
      mr_creationnexton: null,
    });
  }
}
