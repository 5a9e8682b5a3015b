import { catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { CreationState, RecordState } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type QueueItem = RecordOf<'queueitem'>;

/** What a write to a queue item entails: no record twice in one queue (QU-06); title and type follow the record, the owner the queue. */
export const queueItemRules: TableRules<'queueitem'> = {
  async beforeCreate(context, values) {
    const { objectid, queueid } = values;
    if (!objectid) refuse('80040203', 'queueitem.objectid is missing. Name the record to put into the queue.');
    const queue = queueid ? await checkNotThereYet(context, objectid.id, queueid.id) : undefined;
    const objecttypecode = (catalog as Readonly<Record<string, { readonly objectTypeCode: number }>>)[objectid.table]
      ?.objectTypeCode;
    return {
      ...values,
      ...(objecttypecode === undefined ? {} : { objecttypecode }),
      title: values.title ?? (await subjectOf(context, objectid.table, objectid.id)),
      enteredon: context.clock.now(),
      ...(queueid && (await hasCreationRule(context, queueid.id, objectid.table))
        ? { mr_creationstate: CreationState.waiting }
        : {}),
      ...(queue?.ownerid ? { ownerid: queue.ownerid } : {}),
      organizationid: { table: 'organization', id: context.settings.organizationid },
      ...workerStamp(context, {}, values),
    };
  },
  beforeUpdate: async (context, _id, before, values) => {
    if (values.objectid !== undefined && values.objectid?.id !== before.objectid?.id)
      refuse('80040203', 'The record of a queue item cannot change. Delete the item and create a new one.');
    return { ...values, ...workerStamp(context, before, values) };
  },
};

/** The queue row is locked, so that two writers cannot both find the place free. */
async function checkNotThereYet(
  context: RuleContext,
  objectid: string,
  queueid: string,
): Promise<RecordOf<'queue'> | undefined> {
  const queue = await context.records.retrieveMultiple({
    table: 'queue',
    columns: ['name', 'ownerid'],
    filter: { column: 'queueid', operator: 'eq', value: queueid },
    limit: 1,
    lock: 'wait',
  });
  const count = await context.records.count('queueitem', {
    and: [
      { column: 'objectid', operator: 'eq', value: objectid },
      { column: 'queueid', operator: 'eq', value: queueid },
    ],
  });
  if (count > 0) {
    refuse(
      '80040523',
      `The record is already in queue "${queue.rows[0]?.name ?? queueid}". Use the queue item that is there, or choose another queue.`,
    );
  }
  return queue.rows[0];
}

/** QU-09: what comes into a queue with a rule waits for it. */
export async function hasCreationRule(context: RuleContext, queueid: string, sourceTable: string): Promise<boolean> {
  const count = await context.records.count('mr_creationrule', {
    and: [
      { column: 'mr_queueid', operator: 'eq', value: queueid },
      { column: 'mr_sourcetable', operator: 'eq', value: sourceTable },
      { column: 'statecode', operator: 'eq', value: RecordState.active },
    ],
  });
  return count > 0;
}

async function subjectOf(context: RuleContext, table: string, id: string): Promise<string | null> {
  const primaryName = Object.hasOwn(catalog, table) ? catalog[table as TableName].primaryName : undefined;
  if (primaryName !== 'subject') return null;
  const row = await context.records.retrieve(table as 'email', id, ['subject']);
  return row?.subject?.slice(0, 850) ?? null;
}

function workerStamp(context: RuleContext, before: QueueItem, values: QueueItem): QueueItem {
  if (values.workerid === undefined || values.workerid?.id === before.workerid?.id) return {};
  return { workeridmodifiedon: context.clock.now() };
}
