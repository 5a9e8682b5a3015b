import type { FieldBag, FieldValue } from '../../../contracts/act-fields.ts';
import { dayOfInstant } from '../../../formats/act-date.ts';
import { childOf, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import type { ItemCodec, PropertyChange } from './item-codec.ts';

/** One field of a task: its property, and how its value is read and written. */
interface TaskProperty {
  readonly field: string;
  readonly uri: string;
  readonly name: string;
  read(node: XmlNode): FieldValue;
  write(value: Exclude<FieldValue, null>): string;
}

const text = (field: string, uri: string, name: string): TaskProperty => ({
  field,
  uri,
  name,
  read: (node) => textAt(node, name) || null,
  write: (value) => textElement(`t:${name}`, String(value)),
});

/** TK-07: dates of tasks have no time. */
const day = (field: string, name: string): TaskProperty => ({
  ...text(field, `task:${name}`, name),
  read: (node) => dayOfInstant(textAt(node, name)),
  write: (value) => textElement(`t:${name}`, `${String(value)}T00:00:00Z`),
});

const importance: Readonly<Record<string, string>> = { low: 'Low', normal: 'Normal', high: 'High' };

/** In this order they are written: a server derives status from percentage and both from the date of completion, the last one wins. */
const properties: readonly TaskProperty[] = [
  text('subject', 'item:Subject', 'Subject'),
  {
    ...text('notes', 'item:Body', 'Body'),
    write: (value) => textElement('t:Body', String(value)).replace('<t:Body>', '<t:Body BodyType="Text">'),
  },
  {
    ...text('importance', 'item:Importance', 'Importance'),
    read: (node) => (textAt(node, 'Importance') ?? 'Normal').toLowerCase(),
    write: (value) => textElement('t:Importance', importance[String(value)] ?? 'Normal'),
  },
  day('startdate', 'StartDate'),
  day('duedate', 'DueDate'),
  {
    ...text('percentcomplete', 'task:PercentComplete', 'PercentComplete'),
    read: (node) => Math.round(Number(textAt(node, 'PercentComplete') ?? 0)) || 0,
  },
  {
    ...text('status', 'task:Status', 'Status'),
    read: (node) => textAt(node, 'Status') ?? 'NotStarted',
  },
  day('completedon', 'CompleteDate'),
];

/** Order in which the schema wants the elements of a new task: those of every item, then its own. */
const baseOrder = ['subject', 'notes'];
const ownOrder = ['completedon', 'duedate', 'percentcomplete', 'startdate', 'status'];

/** Tasks (FM-T1 to FM-T9, FM-P1 to FM-P8). Recurring tasks are left alone (TK-13). */
export const taskCodec: ItemCodec = {
  element: 'Task',
  itemClass: 'IPM.Task',
  paths: [
    ...properties.map(({ uri }) => element('t:FieldURI', { FieldURI: uri })),
    element('t:FieldURI', { FieldURI: 'task:IsRecurring' }),
  ],
  read: (node) => ({
    kind: 'task',
    title: textAt(node, 'Subject') ?? '',
    fields: Object.fromEntries(properties.map(({ field, read }) => [field, read(node)])),
    ...(textAt(node, 'IsRecurring') === 'true' || childOf(node, 'Recurrence') !== undefined
      ? { refusal: 'Recurring tasks are not synchronised (TK-13).' }
      : {}),
  }),
  writeNew: (_kind, fields, remindOn, categories) => ({
    before: `${write(fields, baseOrder)}${categories}${write(fields, ['importance'])}${reminder(remindOn)}`,
    after: write(fields, ownOrder),
  }),
  writeChanges: (_kind, fields, remindOn) => [
    ...properties.flatMap(({ field, uri, write: xml }): PropertyChange[] => {
      const value = fields[field];
      if (value === undefined) return [];
      const path = element('t:FieldURI', { FieldURI: uri });
      return [{ path, value: value === null ? undefined : xml(value) }];
    }),
    ...reminderChanges(remindOn),
  ],
};

function write(fields: FieldBag, names: readonly string[]): string {
  return names
    .map((name) => {
      const value = fields[name] ?? null;
      const property = properties.find(({ field }) => field === name);
      return value === null || property === undefined ? '' : property.write(value);
    })
    .join('');
}

function reminder(remindOn: Date | null): string {
  if (remindOn === null) return '';
  return `${textElement('t:ReminderDueBy', remindOn.toISOString())}${textElement('t:ReminderIsSet', true)}`;
}

function reminderChanges(remindOn: Date | null | undefined): readonly PropertyChange[] {
  if (remindOn === undefined) return [];
  const isSet = element('t:FieldURI', { FieldURI: 'item:ReminderIsSet' });
  if (remindOn === null) return [{ path: isSet, value: textElement('t:ReminderIsSet', false) }];
  const dueBy = element('t:FieldURI', { FieldURI: 'item:ReminderDueBy' });
  return [
    { path: dueBy, value: textElement('t:ReminderDueBy', remindOn.toISOString()) },
    { path: isSet, value: textElement('t:ReminderIsSet', true) },
  ];
}
