import { assertReferences } from '../store/references.ts';
import { catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { RecordState } from '../tables/choices.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { queueItemRules } from './queue-item-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

type QueueItem = RecordOf<'queueitem'>;
type Queue = RecordOf<'queue'>;

/** What AddToQueue was asked for. */
export interface AddToQueueRequest {
  readonly queueid: string;
  /** The record to put into the queue. */
  readonly target: EntityReference;
  /** The queue it leaves; it stays where else it is when absent. */
  readonly sourceQueueId: string | undefined;
  /** Further columns of the item. */
  readonly properties: QueueItem;
}

/** Puts a record into a queue, or moves it there from another; returns the item. Throws 80040523 when it is in that queue already (QU-06), 80040203 for a record that cannot be in queues or is not in the source queue. */
export async function addToQueue(context: RuleContext, request: AddToQueueRequest): Promise<string> {
  const queue = await activeQueue(context, request.queueid);
  const objectid = await queueable(context, request.target);
  const { objectid: _object, queueid: _queue, queueitemid: _id, ...properties } = request.properties;
  if (request.sourceQueueId !== undefined) {
    await lockVisible(context, 'queue', request.sourceQueueId);
    const item = await itemIn(context, objectid.id, request.sourceQueueId);
    await moveItem(context, item, queue, properties);
    return item.queueitemid ?? '';
  }
  const values = await queueItemRules.beforeCreate?.(context, {
    ...properties,
    objectid,
    queueid: { table: 'queue', id: request.queueid },
  });
  await assertReferences(context.scope, 'queueitem', values ?? {});
  return context.records.create('queueitem', values ?? {});
}

/** Takes an item out of its queue; the record stays. */
export async function removeFromQueue(context: RuleContext, queueitemid: string): Promise<void> {
  await lockVisible(context, 'queueitem', queueitemid);
  await context.records.delete('queueitem', queueitemid);
}

/** Gives an item to a user, who also comes to own the record; the item is removed from the queue when asked. Throws mr_ItemTaken when another user works on it, 8004D24B for a user who cannot work. */
export async function pickFromQueue(
  context: RuleContext,
  queueitemid: string,
  systemuserid: string,
  removes: boolean,
): Promise<void> {
  const item = await lockVisible(context, 'queueitem', queueitemid);
  const user = await lockVisible(context, 'systemuser', systemuserid);
  if (user.isdisabled || user.islicensed === false)
    refuse(
      '8004D24B',
      `User "${user.fullname}" is disabled or has no licence. Choose another user, or enable this one.`,
    );
  checkNotTaken(context, item, systemuserid);
  await assign(context, item, { table: 'systemuser', id: systemuserid });
  if (removes) await context.records.delete('queueitem', queueitemid);
  else await setWorker(context, queueitemid, { table: 'systemuser', id: systemuserid });
}

/** Gives an item back: nobody works on it, and the owner of the queue owns the record again. */
export async function releaseToQueue(context: RuleContext, queueitemid: string): Promise<void> {
  const item = await lockVisible(context, 'queueitem', queueitemid);
  if (!item.workerid) return;
  checkNotTaken(context, item, context.caller.systemuserid);
  const queue = await context.records.retrieve('queue', item.queueid?.id ?? '', ['ownerid']);
  if (queue?.ownerid) await assign(context, item, queue.ownerid);
  await setWorker(context, queueitemid, null);
}

/** Sends an item to another queue, or to a user or team: into their own queue where they have one, and in any case as their work. */
export async function routeTo(context: RuleContext, queueitemid: string, target: EntityReference): Promise<void> {
  const item = await lockVisible(context, 'queueitem', queueitemid);
  if (target.table === 'queue') return moveItem(context, item, await activeQueue(context, target.id), {});
  if (target.table !== 'systemuser' && target.table !== 'team')
    refuse('80040203', `An item is routed to a queue, a user or a team, not to a ${target.table}. Name one of these.`);
  const { queueid } = await lockVisible(context, target.table, target.id);
  await assign(context, item, target);
  if (queueid && queueid.id !== item.queueid?.id) {
    const isThere = (await itemsOf(context, item.objectid?.id ?? '', queueid.id))[0];
    if (isThere !== undefined) await context.records.delete('queueitem', queueitemid);
    else await moveItem(context, item, await context.records.retrieve('queue', queueid.id), {});
    await setWorker(context, isThere?.queueitemid ?? queueitemid, target);
    return;
  }
  await setWorker(context, queueitemid, target);
}

async function activeQueue(context: RuleContext, queueid: string): Promise<Queue> {
  const queue = await lockVisible(context, 'queue', queueid);
  if (queue.statecode === RecordState.inactive)
    refuse('80040203', `Queue "${queue.name}" is inactive. Activate it or choose another queue.`);
  return queue;
}

/** The record as queue items name it: an activity by its own table. The caller must be able to see it. */
async function queueable(context: RuleContext, target: EntityReference): Promise<EntityReference> {
  const { targets } = catalog.queueitem.columns.objectid;
  if (!targets.some((table) => table === target.table) || !Object.hasOwn(catalog, target.table))
    refuse(
      '80040203',
      `A ${target.table} cannot be put into a queue. Only activities can, such as emails and tasks: name one.`,
    );
  const row = await lockVisible(context, target.table as 'activitypointer', target.id);
  return { table: target.table === 'activitypointer' ? (row.activitytypecode ?? '') : target.table, id: target.id };
}

async function itemIn(context: RuleContext, objectid: string, queueid: string): Promise<QueueItem> {
  const [item] = await itemsOf(context, objectid, queueid);
  if (item !== undefined) return item;
  refuse('80040203', 'The record is not in SourceQueue. Leave SourceQueue out to add it, or name the queue it is in.');
}

async function itemsOf(context: RuleContext, objectid: string, queueid: string): Promise<readonly QueueItem[]> {
  const page = await context.records.retrieveMultiple({
    table: 'queueitem',
    filter: {
      and: [
        { column: 'objectid', operator: 'eq', value: objectid },
        { column: 'queueid', operator: 'eq', value: queueid },
      ],
    },
    lock: 'wait',
  });
  return page.rows;
}

/** Nobody works on an item in its new queue yet. */
async function moveItem(
  context: RuleContext,
  item: QueueItem,
  queue: Queue | undefined,
  properties: QueueItem,
): Promise<void> {
  const queueid = queue?.queueid ?? '';
  if ((await itemsOf(context, item.objectid?.id ?? '', queueid)).length > 0)
    refuse(
      '80040523',
      `The record is already in queue "${queue?.name}". Use the queue item that is there, or choose another queue.`,
    );
  await assertReferences(context.scope, 'queueitem', properties);
  await context.records.update('queueitem', item.queueitemid ?? '', {
    workerid: null,
    workeridmodifiedon: context.clock.now(),
    ...properties,
    queueid: { table: 'queue', id: queueid },
    enteredon: context.clock.now(),
    ...(queue?.ownerid ? { ownerid: queue.ownerid } : {}),
  });
}

function checkNotTaken(context: RuleContext, item: QueueItem, systemuserid: string): void {
  const { workerid } = item;
  if (
    !workerid ||
    context.caller.isAdministrator ||
    workerid.id === systemuserid ||
    workerid.id === context.caller.systemuserid
  )
    return;
  refuse(
    'mr_ItemTaken',
    `Somebody else works on "${item.title ?? 'this item'}" already. Ask them to release it, or choose another item.`,
  );
}

function setWorker(context: RuleContext, queueitemid: string, workerid: EntityReference | null): Promise<unknown> {
  return context.records.update('queueitem', queueitemid, { workerid, workeridmodifiedon: context.clock.now() });
}

/** Who works on a record owns it, so that they can see it; records without an owner stay as they are. */
async function assign(context: RuleContext, item: QueueItem, ownerid: EntityReference): Promise<void> {
  const { objectid } = item;
  if (!objectid || !Object.hasOwn(catalog, objectid.table)) return;
  if (!('ownerid' in catalog[objectid.table as TableName].columns)) return;
  await context.records.update(objectid.table as 'email', objectid.id, { ownerid });
}
