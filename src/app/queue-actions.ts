import { MailroomError } from '../base/errors.ts';
import { addPrincipalToQueue, readUserQueues } from '../rules/queue-members.ts';
import { addToQueue, pickFromQueue, releaseToQueue, removeFromQueue, routeTo } from '../rules/queue-work.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ActionContext, ActionHandlers, BoundRecord, RecordParameter } from '../webapi/actions.ts';

type Context = ActionContext<RuledStore>;

/** The messages about queues; each in one transaction. */
export const queueActions: ActionHandlers<RuledStore> = {
  AddToQueue: async (context, bound, parameters) => {
    const target = await existing(context, parameters.Target, 'Target');
    const source = await optional(context, parameters.SourceQueue, 'SourceQueue', 'queue');
    const properties = await recordOf(context, parameters.QueueItemProperties, 'queueitem');
    const values = (await properties?.values()) ?? {};
    const QueueItemId = await context.records.act((rules) =>
      addToQueue(rules, { queueid: boundId(bound), target, sourceQueueId: source?.id, properties: values }),
    );
    return { QueueItemId };
  },
  RemoveFromQueue: async (context, bound) => {
    await context.records.act((rules) => removeFromQueue(rules, boundId(bound)));
    return undefined;
  },
  PickFromQueue: async (context, bound, parameters) => {
    const worker = await existing(context, parameters.SystemUser, 'SystemUser', 'systemuser');
    await context.records.act((rules) =>
      pickFromQueue(rules, boundId(bound), worker.id, parameters.RemoveQueueItem === true),
    );
    return undefined;
  },
  ReleaseToQueue: async (context, bound) => {
    await context.records.act((rules) => releaseToQueue(rules, boundId(bound)));
    return undefined;
  },
  RouteTo: async (context, _bound, parameters) => {
    const target = await existing(context, parameters.Target, 'Target');
    const item = await existing(context, parameters.QueueItem, 'QueueItem', 'queueitem');
    await context.records.act((rules) => routeTo(rules, item.id, target));
    return undefined;
  },
  AddPrincipalToQueue: async (context, bound, parameters) => {
    const principal = await existing(context, parameters.Principal, 'Principal');
    await context.records.act((rules) => addPrincipalToQueue(rules, boundId(bound), principal));
    return undefined;
  },
  RetrieveUserQueues: async (context, bound, parameters) => ({
    ids: await context.records.act((rules) => readUserQueues(rules, boundId(bound), parameters.IncludePublic === true)),
  }),
};

const boundId = (bound: BoundRecord | undefined): string => bound?.id ?? '';

/** A record parameter; one of a fixed table needs no `@odata.type`. */
async function recordOf(context: Context, given: unknown, table?: string): Promise<RecordParameter | undefined> {
  if (given === undefined || given === null) return undefined;
  const type = table === undefined ? {} : { '@odata.type': `Microsoft.Dynamics.CRM.${table}` };
  return context.readRecord({ ...type, ...(given as object) });
}

async function optional(
  context: Context,
  given: unknown,
  name: string,
  table?: string,
): Promise<EntityReference | undefined> {
  const record = await recordOf(context, given, table);
  if (record === undefined) return undefined;
  if (record.id === undefined || (table !== undefined && record.table !== table))
    throw problem(`${name} must name an existing ${table ?? 'record'} by its id; found a ${record.table}.`);
  return { table: record.table, id: record.id };
}

async function existing(context: Context, given: unknown, name: string, table?: string): Promise<EntityReference> {
  const reference = await optional(context, given, name, table);
  if (reference !== undefined) return reference;
  throw problem(`${name} is missing. Name the ${table ?? 'record'} by its id.`);
}

const problem = (message: string): MailroomError => new MailroomError(message, { code: '80040203', kind: 'item' });
