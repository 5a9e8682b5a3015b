import type { FieldBag } from '../../contracts/act-fields.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import type { ActNotify } from '../../contracts/act-port.ts';
import {
  type ActField,
  type ActType,
  type ActUser,
  Direction,
  type DirectionValue,
  type NearRecord,
  type RecordFacts,
  type Removal,
} from './act-type.ts';

/** AA-07: a change of one of these is told to attendees. */
const toldFields: ReadonlySet<string> = new Set([
  ...['subject', 'body', 'location', 'time', 'requiredAttendees', 'optionalAttendees', 'organizer', 'showAs'],
  ...['importance', 'recurrence', 'exceptions'],
]);

/** AA-05 */
const reminderHorizonMs = 7 * 86_400_000;
/** A new calendar item reminds its owner so long before, as Outlook does by itself. */
const reminderLeadMs = 15 * 60_000;

const field = (
  rule: string,
  name: string,
  columns: readonly string[],
  exchangeName: string,
  isSettable = false,
): ActField => ({ name, rule, columns, exchangeName, direction: Direction.both, isSettable });

/** Fields that appointments and series share; `letter` is that of their rules, numbers by table (ch. 27.1, 27.2). */
export function meetingFields(letter: 'A' | 'R'): readonly ActField[] {
  const number = (single: number, series: number): string => `FM-${letter}${letter === 'A' ? single : series}`;
  return [
    field(number(3, 1), 'body', ['description'], 'Body', true),
    field(number(4, 2), 'importance', ['prioritycode'], 'Importance'),
    field(number(5, 3), 'location', ['location'], 'Location', true),
    field(number(6, 4), 'optionalAttendees', ['optionalattendees'], 'Optional attendees'),
    // A server sets the organizer itself; no client can.
    { ...field(number(7, 5), 'organizer', ['organizer'], 'Organizer'), direction: Direction.toRecord },
    field(number(9, 8), 'requiredAttendees', ['requiredattendees'], 'Required attendees'),
    field(number(10, 9), 'showAs', ['statecode', 'statuscode'], 'Show time as'),
    field(number(11, 10), 'subject', ['subject'], 'Subject', true),
    { ...field('AA-42', 'meetingId', ['globalobjectid'], 'UID'), direction: Direction.toRecord },
    { ...field('AA-41', 'responses', ['mr_attendeeresponses'], 'Responses'), direction: Direction.toRecord },
  ];
}

/** AA-04, FM-S1 */
export const showAsOfStatus: Readonly<Record<number, string>> = {
  1: 'free',
  2: 'tentative',
  3: 'free',
  4: 'free',
  5: 'busy',
  6: 'oof',
};

/** AA-31, FM-S1: state and status of what an item shows. */
export const statusOfShowAs: Readonly<Record<string, readonly [statecode: number, statuscode: number]>> = {
  free: [0, 1],
  tentative: [0, 2],
  busy: [3, 5],
  oof: [3, 6],
};

/** Whether it is still to end; a series without end always is. */
export function isAhead(facts: RecordFacts, user: ActUser): boolean {
  return facts.endsOn === null || Date.parse(facts.endsOn) > user.now.getTime();
}

const hasPeople = (fields: FieldBag): boolean =>
  [fields.requiredAttendees, fields.optionalAttendees].some((list) => Array.isArray(list) && list.length > 0);

/** AA-06, AA-07, AA-13, AA-17: only the organizer's real change of what is still ahead is told. */
function notifies(changed: readonly string[], record: NearRecord, user: ActUser): ActNotify {
  const tellsPast = user.settings.switches.SSSUpdatePastMeetingsInNonDraftMode;
  if (!record.facts.isOrganizer || (!isAhead(record.facts, user) && !tellsPast)) return 'nobody';
  const isPeople = changed.includes('requiredAttendees') || changed.includes('optionalAttendees');
  if (!hasPeople(record.fields) && !isPeople) return 'nobody';
  return changed.some((name) => toldFields.has(name)) ? 'attendees' : 'nobody';
}

/** AA-05 */
function remindOn(record: NearRecord, isNew: boolean, user: ActUser): Date | null | undefined {
  if (record.fields.showAs === 'free') return null;
  const start = Date.parse(String(record.facts.startsOn ?? ''));
  if (Number.isNaN(start) || start < user.now.getTime() - reminderHorizonMs) return null;
  return isNew ? new Date(start - reminderLeadMs) : undefined;
}

/** AA-35, AA-38 */
function refuseItem(item: ActItem, user: ActUser): string | undefined {
  const { TrackAppointmentsFromNonOrganizer: takesOthers, UseCrmOrganizerForEmptyExchangeOrganizer: fillsIn } =
    user.settings.switches;
  if (item.fields.organizer === null && !fillsIn)
    return 'The appointment has no organizer in Exchange (ExchangeSyncOrganizerNotPresent). Set one, or switch UseCrmOrganizerForEmptyExchangeOrganizer on.';
  if (item.isOrganizer === false && !takesOthers)
    return 'Only the organizer may track this meeting. Switch TrackAppointmentsFromNonOrganizer on to let attendees track it.';
  return undefined;
}

/** AA-18: cancelled here, and the organisation wants that told. */
function isCancellation(facts: RecordFacts, user: ActUser): boolean {
  return facts.isCanceled === true && user.settings.switches.SSSPropagateAppointmentCancellationsToExchange;
}

/**
 * AA-02: what an attendee's item says comes by the organizer's invitation. Where the organizer is a user of ours it is his item that
 * the record follows; else the attendee's, but for what he shows in his own calendar. Nothing is written into it.
 */
function limitDirection(field: ActField, direction: DirectionValue, facts: RecordFacts): DirectionValue {
  if (facts.isOrganizer) return direction;
  if (field.name === 'meetingId') return direction;
  const isOwn = field.name === 'showAs' || field.name === 'responses';
  if (facts.hasOwnOrganizer === true || isOwn) return Direction.none;
  return (direction & Direction.toRecord) === 0 ? Direction.none : Direction.toRecord;
}

/** AA-19, AA-20: the record is there, and somebody else has become its organizer. */
const isHandedOver = ({ kind, facts, wasOrganizer }: Removal): boolean =>
  kind === 'logical' && wasOrganizer === true && !facts.isOrganizer;

/** What appointments and series decide alike. */
export const meetingRules = {
  folder: 'calendar',
  takesNewItems: true,
  hasSideEffects: true,
  // AA-04: a closed appointment stays and shows as free.
  staysWhenClosed: true,
  isActive: () => true,
  // AA-15, AA-50 to AA-54, AA-59
  mayDeleteItem: (removal) => {
    const { kind, facts, user } = removal;
    const { DistinctPhysicalAndLogicalDeletesForExchangeSync: keepsLogical, mr_DeleteAppointmentWhenOrganizerChanges } =
      user.settings.switches;
    if (isHandedOver(removal))
      return isAhead(facts, user) && (mr_DeleteAppointmentWhenOrganizerChanges || !keepsLogical);
    const isLogical = kind === 'logical' && !isCancellation(facts, user);
    return facts.isOrganizer && isAhead(facts, user) && !(isLogical && keepsLogical);
  },
  // AA-17, AA-50, AA-59
  notifiesRemoval: (removal) => {
    const { facts, agreed, user } = removal;
    const { DistinctPhysicalAndLogicalDeletesForExchangeSync: keepsLogical } = user.settings.switches;
    // AA-16, AA-19: another organizer calls nothing off, unless the organisation wants the original's ways.
    const tells = facts.isOrganizer || (isHandedOver(removal) && !keepsLogical);
    return tells && isAhead(facts, user) && hasPeople(agreed) ? 'attendees' : 'nobody';
  },
  limitDirection,
  cancelsItem: ({ facts }, user) => isCancellation(facts, user) && facts.isOrganizer && isAhead(facts, user),
  // AA-39, AA-40, AA-55 to AA-58
  mayDeleteRecord: ({ facts, user }) => facts.isOrganizer && !facts.isClosed && isAhead(facts, user),
  // AA-32
  takesChanges: (facts) => !facts.isClosed,
  notifies,
  remindOn,
  refuseItem,
  // AA-02: an attendee has the item from the invitation; one is looked for under the record's own id until the meeting's is known.
  awaitsMeeting: (record) => (record.facts.isOrganizer ? undefined : String(record.facts.meetingId ?? record.id)),
} as const satisfies Partial<ActType>;
