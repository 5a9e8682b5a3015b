import type { Filter } from '../store/record-store.ts';
import { QueueViewType, RecordState } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { hasRight } from './access-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** Makes a user or team a member of a queue, who then sees it although it is private; repeating it does nothing. For the queue's owner and whoever may write it (80040220). */
export async function addPrincipalToQueue(
  context: RuleContext,
  queueid: string,
  principal: EntityReference,
): Promise<void> {
  if (principal.table !== 'systemuser' && principal.table !== 'team')
    refuse('80040203', `Principal must be a user or a team, not a ${principal.table}. Name one of these.`);
  const queue = await lockVisible(context, 'queue', queueid);
  const isOwner = queue.ownerid?.id === context.caller.systemuserid;
  if (!isOwner && !(await hasRight(context, 'write', 'queue', queueid)))
    refuse('80040220', `You may not change who works on queue "${queue.name}". Ask its owner or an administrator.`);
  await lockVisible(context, principal.table, principal.id);
  await context.records.createMany(
    'mr_queuemember',
    [{ mr_queueid: { table: 'queue', id: queueid }, mr_principalid: principal }],
    { onConflict: 'skip' },
  );
}

/** Ids of the active queues a user or a team of theirs owns or is a member of, public ones too when asked for (RetrieveUserQueues). */
export async function readUserQueues(
  context: RuleContext,
  systemuserid: string,
  includePublic: boolean,
): Promise<readonly string[]> {
  const memberships = await context.records.retrieveMultiple({
    table: 'teammembership',
    columns: ['teamid'],
    filter: { column: 'systemuserid', operator: 'eq', value: systemuserid },
  });
  const principals = [systemuserid, ...memberships.rows.flatMap((row) => row.teamid ?? [])];
  const isTheirs: Filter = { column: 'mr_principalid', operator: 'in', value: principals };
  const any: Filter[] = [
    { column: 'ownerid', operator: 'in', value: principals },
    { exists: { table: 'mr_queuemember', from: 'mr_queueid', to: 'queueid', filter: isTheirs } },
  ];
  if (includePublic) any.push({ not: { column: 'queueviewtype', operator: 'eq', value: QueueViewType.private } });
  const page = await context.records.retrieveMultiple({
    table: 'queue',
    columns: ['queueid'],
    filter: { and: [{ or: any }, { column: 'statecode', operator: 'eq', value: RecordState.active }] },
  });
  return page.rows.flatMap((row) => row.queueid ?? []);
}
