import { el, type XmlNode } from '../xml/xml-node.ts';
import { stored } from './item-properties.ts';
import type { PropertyReader } from './item-view.ts';

/** Properties of tasks that are not simply what a client set. */
export const taskProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  Status: (item, view) => stored(item, view, 'Status') ?? el('Status', 'NotStarted'),
  PercentComplete: (item, view) => stored(item, view, 'PercentComplete') ?? el('PercentComplete', 0),
  IsComplete: (item, view) => el('IsComplete', stored(item, view, 'Status')?.text === 'Completed'),
  IsRecurring: (item, view) => el('IsRecurring', stored(item, view, 'Recurrence') !== undefined),
  IsTeamTask: () => el('IsTeamTask', false),
  IsAssignmentEditable: () => el('IsAssignmentEditable', 0),
  ChangeCount: (item) => el('ChangeCount', 1 + item.changedSeq - item.createdSeq),
  Owner: (item, view) => stored(item, view, 'Owner') ?? el('Owner', view.account.displayName),
  StatusDescription: (item, view) =>
    el('StatusDescription', words[stored(item, view, 'Status')?.text ?? ''] ?? 'Not Started'),
};

const words: Readonly<Record<string, string>> = {
  NotStarted: 'Not Started',
  InProgress: 'In Progress',
  Completed: 'Completed',
  WaitingOnOthers: 'Waiting on someone else',
  Deferred: 'Deferred',
};
