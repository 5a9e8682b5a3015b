import type { MessageDefinition, MessageParameter } from './message-definition.ts';

const target: MessageParameter = { name: 'Target', type: 'record', required: true };

/** Booking appointments, exceptions and instances of recurring ones. */
export const calendarMessages: readonly MessageDefinition[] = [
  {
    name: 'Book',
    kind: 'action',
    parameters: [target, { name: 'ReturnNotifications', type: 'Edm.Boolean', required: false }],
    returns: { ValidationResult: 'mscrm.ValidationResult' },
  },
  {
    name: 'Reschedule',
    kind: 'action',
    parameters: [target, { name: 'ReturnNotifications', type: 'Edm.Boolean', required: false }],
    returns: { ValidationResult: 'mscrm.ValidationResult' },
  },
  {
    name: 'CreateException',
    kind: 'action',
    parameters: [
      target,
      { name: 'OriginalStartDate', type: 'Edm.DateTimeOffset', required: true },
      { name: 'IsDeleted', type: 'Edm.Boolean', required: true },
    ],
    returns: { id: 'Edm.Guid' },
  },
  {
    name: 'CreateInstance',
    kind: 'action',
    parameters: [target, { name: 'Count', type: 'Edm.Int32', required: true }],
    returns: { SeriesCanBeExpanded: 'Edm.Boolean' },
  },
  {
    name: 'DeleteOpenInstances',
    kind: 'action',
    parameters: [
      target,
      { name: 'SeriesEndDate', type: 'Edm.DateTimeOffset', required: true },
      { name: 'StateOfPastInstances', type: 'Edm.Int32', required: true },
    ],
  },
  {
    name: 'ValidateRecurrenceRule',
    kind: 'function',
    parameters: [target],
    returns: { ValidationSuccess: 'Edm.Boolean', mr_Problem: 'Edm.String' },
  },
];
