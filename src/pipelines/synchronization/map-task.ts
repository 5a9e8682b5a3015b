import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';
import { dayInZone, instantInZone, minuteInZone } from '../../formats/act-date.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import {
  type ActField,
  type ActReads,
  type ActTable,
  type ActType,
  type ActUser,
  Direction,
  type DirectionValue,
  type NearRecord,
} from './act-type.ts';
import { columnText } from './text-lengths.ts';

type TaskTable = Extract<ActTable, 'task' | 'phonecall' | 'letter' | 'fax'>;
type Task = RecordOf<'task'>;

/** What the states of a table mean in Exchange and the other way round (FM-S2, FM-S3). */
interface StateMap {
  /** Status there of each statuscode. */
  readonly toExchange: Readonly<Record<number, string>>;
  /** State and status here of each status there; `isOutgoing` is a phone call's direction. */
  readonly toRecord: Readonly<
    Record<string, (isOutgoing: boolean) => readonly [statecode: number, statuscode: number]>
  >;
}

const coarse = (open: number, completed: (isOutgoing: boolean) => number): StateMap['toRecord'] => ({
  NotStarted: () => [0, open],
  Completed: (isOutgoing) => [1, completed(isOutgoing)],
});

const states: Readonly<Record<TaskTable, StateMap>> = {
  task: {
    toExchange: {
      2: 'NotStarted',
      3: 'InProgress',
      4: 'WaitingOnOthers',
      5: 'Completed',
      6: 'Completed',
      7: 'Deferred',
    },
    toRecord: {
      NotStarted: () => [0, 2],
      InProgress: () => [0, 3],
      WaitingOnOthers: () => [0, 4],
      Deferred: () => [0, 7],
      Completed: () => [1, 5],
    },
  },
  phonecall: {
    toExchange: { 1: 'NotStarted', 2: 'Completed', 3: 'Completed', 4: 'Completed' },
    toRecord: coarse(1, (isOutgoing) => (isOutgoing ? 2 : 4)),
  },
  letter: {
    toExchange: { 1: 'NotStarted', 2: 'NotStarted', 3: 'Completed', 4: 'Completed', 5: 'Completed' },
    toRecord: coarse(1, () => 4),
  },
  fax: {
    toExchange: { 1: 'NotStarted', 2: 'Completed', 3: 'Completed', 4: 'Completed', 5: 'Completed' },
    toRecord: coarse(1, () => 2),
  },
};

const importances = ['low', 'normal', 'high'] as const;

/** Day fields and their columns (TK-03, TK-05). */
const dayColumns = { startdate: 'scheduledstart', duedate: 'scheduledend', completedon: 'actualend' } as const;
type DayField = keyof typeof dayColumns;

function fieldsOf(table: TaskTable): readonly ActField[] {
  const isTask = table === 'task';
  const rules = isTask
    ? { completedon: 2, duedate: 3, importance: 4, notes: 5, startdate: 7, status: 8, subject: 9 }
    : { completedon: 1, duedate: 2, importance: 3, notes: 4, startdate: 6, status: 7, subject: 8 };
  const field = (
    name: keyof typeof rules,
    columns: readonly string[],
    exchangeName: string,
    isSettable: boolean,
    direction: DirectionValue = Direction.both,
  ): ActField => ({
    name,
    rule: `FM-${isTask ? 'T' : 'P'}${rules[name]}`,
    columns,
    exchangeName,
    direction,
    isSettable,
  });
  const percent: ActField = {
    name: 'percentcomplete',
    rule: 'FM-T1',
    columns: ['percentcomplete'],
    exchangeName: '% complete',
    direction: Direction.both,
    isSettable: true,
  };
  return [
    ...(isTask ? [percent] : []),
    field('completedon', ['actualend'], 'Date completed', true),
    field('duedate', ['scheduledend'], 'Due date', true),
    field('importance', ['prioritycode'], 'Importance', false),
    field('notes', ['description'], 'Notes', true),
    field('startdate', ['scheduledstart'], 'Start date', true),
    field('status', ['statecode', 'statuscode'], 'Status', false),
    field('subject', ['subject'], 'Subject', true),
  ];
}

/** Tasks, phone calls, letters and faxes: each an Exchange task (TK-01). */
export function taskType(table: TaskTable): ActType {
  const fields = fieldsOf(table);
  return {
    table,
    folder: 'tasks',
    kind: 'task',
    endColumn: 'scheduledend',
    fields,
    // TK-02
    takesNewItems: table === 'task',
    hasSideEffects: true,
    // TK-16
    staysWhenClosed: true,
    isActive: () => true,
    read: (records, ids, user) => readTasks(table, records, ids, user),
    toRecord: (changes, before, user) => recordValues(table, changes, before, user),
    normalize: (bag) => normalTask(table, bag),
    // TK-09, AC-12
    mayDeleteItem: ({ kind, agreed, user }) =>
      !(kind === 'logical' && user.settings.switches.DistinctPhysicalAndLogicalDeletesForExchangeSync) &&
      agreed.status !== 'Completed',
    // TK-11, ST-55
    mayDeleteRecord: ({ user }) => user.settings.switches.SSSTaskDeletionSyncBehaviorFromExchange === 0,
    takesChanges: () => true,
    notifies: () => 'nobody',
    remindOn: (record, isNew, user) => remindOn(record, isNew, user),
    refuseItem: () => undefined,
  };
}

const columns = [
  ...['activityid', 'versionnumber', 'modifiedon', 'ownerid', 'statecode', 'statuscode', 'subject', 'description'],
  ...['prioritycode', 'scheduledstart', 'scheduledend', 'actualend'],
];

async function readTasks(
  table: TaskTable,
  records: ActReads,
  ids: readonly string[],
  user: ActUser,
): Promise<readonly NearRecord[]> {
  if (ids.length === 0) return [];
  const more = table === 'task' ? ['percentcomplete'] : table === 'phonecall' ? ['directioncode'] : [];
  const page = await records.retrieveMultiple({
    table: table as 'task',
    columns: [...columns, ...more] as (keyof Task & string)[],
    filter: { column: 'activityid', operator: 'in', value: [...ids] },
  });
  return page.rows.map((row) => nearTask(table, row, user));
}

function nearTask(
  table: TaskTable,
  row: Task & { readonly directioncode?: boolean | null },
  user: ActUser,
): NearRecord {
  const zone = user.timeZone;
  const day = (value: Date | null | undefined): string | null => (value ? dayInZone(value, zone) : null);
  const minute = (value: Date | null | undefined): string | null => (value ? String(minuteInZone(value, zone)) : null);
  // TK-05: what ended in the past is completed there.
  const hasEnded = row.actualend != null && row.actualend.getTime() <= user.now.getTime();
  const status = hasEnded ? 'Completed' : (states[table].toExchange[row.statuscode ?? -1] ?? 'NotStarted');
  const fields: FieldBag = {
    subject: row.subject ?? null,
    notes: row.description ?? null,
    importance: importances[row.prioritycode ?? 1] ?? 'normal',
    startdate: day(row.scheduledstart),
    duedate: day(row.scheduledend),
    completedon: day(row.actualend),
    status,
    percentcomplete: row.percentcomplete ?? 0,
  };
  return {
    id: row.activityid ?? '',
    versionnumber: row.versionnumber ?? 0n,
    modifiedOn: row.modifiedon ?? new Date(0),
    title: row.subject ?? '',
    fields: normalTask(table, fields),
    facts: {
      isOwner: row.ownerid?.id === user.systemuserid,
      isClosed: (row.statecode ?? 0) !== 0,
      isOrganizer: true,
      endsOn: null,
      startdate: minute(row.scheduledstart),
      duedate: minute(row.scheduledend),
      completedon: minute(row.actualend),
      remindsOn: row.scheduledend?.toISOString() ?? null,
      isOutgoing: row.directioncode ?? true,
      statuscode: String(row.statuscode ?? ''),
    },
  };
}

/** Percentage, status and date of completion as they go together there (TK-04, TK-05, TK-08, TK-10). */
function normalTask(table: TaskTable, bag: FieldBag): FieldBag {
  const given = Math.min(100, Math.max(0, Math.round(Number(bag.percentcomplete ?? 0)) || 0));
  const isTask = table === 'task';
  const isDone = bag.status === 'Completed' || (isTask && given === 100);
  const open = isTask ? openStatus(String(bag.status ?? 'NotStarted'), given) : 'NotStarted';
  const start = bag.startdate ?? null;
  const due = bag.duedate ?? null;
  const normal: FieldBag = {
    subject: columnText(table, 'subject', bag.subject),
    notes: columnText(table, 'description', bag.notes),
    importance: bag.importance ?? 'normal',
    startdate: start,
    // TK-08: a server sets a due date that is missing or too early to the start.
    duedate: start !== null && (due === null || due < start) ? start : due,
    completedon: isDone ? (bag.completedon ?? null) : null,
    status: isDone ? 'Completed' : open,
  };
  return isTask ? { ...normal, percentcomplete: isDone ? 100 : given } : normal;
}

const openStatus = (status: string, percent: number): string =>
  status === 'NotStarted' && percent > 0 ? 'InProgress' : status;

function recordValues(
  table: TaskTable,
  fields: FieldBag,
  before: NearRecord | undefined,
  user: ActUser,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name in dayColumns) values[dayColumns[name as DayField]] = instantOf(name as DayField, value, before, user);
    else if (name === 'notes') values.description = value;
    else if (name === 'importance') values.prioritycode = importances.indexOf(value as (typeof importances)[number]);
    else if (name === 'status') Object.assign(values, stateValues(table, value, before));
    else if (name === 'percentcomplete') values.percentcomplete = value;
    else if (name === 'subject') values.subject = value ?? '(no subject)';
  }
  // TK-12
  return before === undefined ? { ...values, actualstart: user.now } : values;
}

/** TK-07: the time of day that the record had is kept. */
function instantOf(name: DayField, value: FieldValue, before: NearRecord | undefined, user: ActUser): Date | null {
  if (typeof value !== 'string') return null;
  return instantInZone(value, Number(before?.facts[name] ?? 0), user.timeZone);
}

function stateValues(table: TaskTable, value: FieldValue, before: NearRecord | undefined): Record<string, unknown> {
  const find = states[table].toRecord[String(value)] ?? states[table].toRecord.NotStarted;
  const [statecode, statuscode] = find?.(before?.facts.isOutgoing !== false) ?? [0, 1];
  return { statecode, statuscode };
}

/** TK-06: at the due time, if that is ahead and the record is open. */
function remindOn(record: NearRecord, isNew: boolean, user: ActUser): Date | null | undefined {
  const due = typeof record.facts.remindsOn === 'string' ? new Date(record.facts.remindsOn) : undefined;
  if (due !== undefined && due.getTime() > user.now.getTime() && !record.facts.isClosed) return due;
  return isNew ? null : undefined;
}
