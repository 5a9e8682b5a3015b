import { column, flag, off, on, type SettingGroup } from './setting-definition.ts';

/** Appointments, contacts and tasks: how both sides are kept in step (chapter ST). */
export const activitySettings: readonly SettingGroup[] = [
  {
    title: 'Appointments',
    lead: 'How appointments and meetings are kept in step with Exchange.',
    settings: [
      flag(
        'ST-51',
        'TrackAppointmentsFromNonOrganizer',
        on,
        'Track appointments that others organise',
        'In the attendee’s mailbox.',
      ),
      flag(
        'ST-50',
        'SSSPropagateAppointmentCancellationsToExchange',
        off,
        'Cancel in Exchange what is cancelled here',
        'Attendees are told.',
      ),
      flag(
        'ST-49',
        'SSSUpdatePastMeetingsInNonDraftMode',
        off,
        'Tell attendees of changes to past meetings',
        'Otherwise a past meeting is changed without mail.',
      ),
      flag(
        'ST-53',
        'AllowSaveAsDraftAppointment',
        off,
        'Appointments may be drafts',
        'A draft is not sent to its attendees until it is scheduled.',
      ),
      flag(
        'ST-52',
        'UseCrmOrganizerForEmptyExchangeOrganizer',
        off,
        'The owner organises what names no organiser',
        'Otherwise such an appointment of Exchange is left out, with an alert.',
      ),
      column('own', 'isappointmentattachmentsyncenabled', off, 'Attachments of appointments', 'Go both ways.'),
      column(
        'own',
        'pastexpansionwindow',
        '3',
        'Series reach back, months',
        'Instances of a series exist from so many months ago on.',
      ),
      column('own', 'futureexpansionwindow', '12', 'Series reach ahead, months', 'Up to 140.'),
      column(
        'own',
        'recurrenceexpansionsynchcreatemax',
        '15',
        'Instances made at once',
        'When a series is saved; the others follow within a minute.',
      ),
      column(
        'own',
        'recurrenceexpansionjobbatchsize',
        '100',
        'Instances made in one go afterwards',
        'A small number spares the database, a large one is sooner done.',
      ),
    ],
  },
  {
    title: 'Contacts, tasks and deletions',
    lead: 'What is carried, and when a person is asked first.',
    settings: [
      column(
        'own',
        'iscontactmailingaddresssyncenabled',
        on,
        'One mailing address of a contact',
        'Switched off, business, home and other address are carried. Then run “mailroom act resync”.',
      ),
      flag(
        'ST-54',
        'DistinctPhysicalAndLogicalDeletesForExchangeSync',
        on,
        'What leaves a filter is kept on the other side',
        'Switched off, leaving a filter deletes there.',
        off,
      ),
      flag(
        'ST-55',
        'SSSTaskDeletionSyncBehaviorFromExchange',
        '0',
        'A task deleted in Exchange',
        '0 deletes it here; 1 keeps it here without a link.',
      ),
      flag(
        'own',
        'mr_ActMostDeletions',
        '25',
        'Ask before more deletions at once than',
        'Together with the percentage; 0 asks about each.',
      ),
      flag('own', 'mr_ActMostDeletionPercent', '30', '... and than this part, %', 'Of all linked items of the kind.'),
      flag('own', 'mr_ActMostNewItems', '500', 'Ask before more new items at once than', '0 never asks.'),
    ],
  },
];
