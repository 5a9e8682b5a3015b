import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { childOf, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** One property of an occurrence to be set: its path, and the element that holds the value. */
export interface OccurrenceChange {
  readonly path: string;
  readonly value: string;
}

/** An occurrence by its place in its series: `index` counts from 1, deleted ones included. */
export interface OccurrenceRef {
  readonly masterId: string;
  readonly index: number;
}

const occurrenceId = ({ masterId, index }: OccurrenceRef): string =>
  element('t:OccurrenceItemId', { RecurringMasterId: masterId, InstanceIndex: index });

const mode = (tellsAttendees: boolean): string => (tellsAttendees ? 'SendToAllAndSaveCopy' : 'SendToNone');

/** GetItem of calendar items with certain properties, bodies as text; in the order asked. */
export async function getCalendarItems(
  client: EwsClient,
  ids: readonly string[],
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly EwsOutcome[]> {
  const request = element(
    'm:GetItem',
    {},
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      textElement('t:BodyType', 'Text'),
      element('t:AdditionalProperties', {}, ...paths),
    ),
    element('m:ItemIds', {}, ...ids.map((id) => element('t:ItemId', { Id: id }))),
  );
  const outcomes = await client.call('GetItem', request, signal);
  return outcomes.map((outcome) => {
    const node: XmlNode | undefined = 'error' in outcome ? undefined : childOf(outcome.node, 'Items')?.children[0];
    return node === undefined ? outcome : { node };
  });
}

/** UpdateItem of one occurrence: it becomes an exception of its series. Attendees are told when `tellsAttendees`. */
export async function updateOccurrence(
  client: EwsClient,
  occurrence: OccurrenceRef,
  changes: readonly OccurrenceChange[],
  tellsAttendees: boolean,
  signal: AbortSignal,
): Promise<void> {
  const updates = changes.map(({ path, value }) =>
    element('t:SetItemField', {}, path, element('t:CalendarItem', {}, value)),
  );
  const request = element(
    'm:UpdateItem',
    {
      ConflictResolution: 'AlwaysOverwrite',
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitationsOrCancellations: mode(tellsAttendees),
    },
    element(
      'm:ItemChanges',
      {},
      element('t:ItemChange', {}, occurrenceId(occurrence), element('t:Updates', {}, ...updates)),
    ),
  );
  await client.callOne('UpdateItem', request, signal);
}

/** DeleteItem of one occurrence. One that is deleted already is no error. */
export async function deleteOccurrence(
  client: EwsClient,
  occurrence: OccurrenceRef,
  tellsAttendees: boolean,
  signal: AbortSignal,
): Promise<void> {
  const request = element(
    'm:DeleteItem',
    { DeleteType: 'MoveToDeletedItems', SendMeetingCancellations: mode(tellsAttendees) },
    element('m:ItemIds', {}, occurrenceId(occurrence)),
  );
  const [outcome] = await client.call('DeleteItem', request, signal);
  if (outcome === undefined || !('error' in outcome)) return;
  if (outcome.error.code === 'ErrorCalendarOccurrenceIsDeletedFromRecurrence') return;
  throw outcome.error;
}

/** UpdateItem of the pattern alone: all exceptions of the series are void after it. Nobody is told. */
export async function resetPattern(
  client: EwsClient,
  masterId: string,
  recurrence: string,
  signal: AbortSignal,
): Promise<void> {
  const path = element('t:FieldURI', { FieldURI: 'calendar:Recurrence' });
  const request = element(
    'm:UpdateItem',
    {
      ConflictResolution: 'AlwaysOverwrite',
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitationsOrCancellations: mode(false),
    },
    element(
      'm:ItemChanges',
      {},
      element(
        't:ItemChange',
        {},
        element('t:ItemId', { Id: masterId }),
        element('t:Updates', {}, element('t:SetItemField', {}, path, element('t:CalendarItem', {}, recurrence))),
      ),
    ),
  );
  await client.callOne('UpdateItem', request, signal);
}
