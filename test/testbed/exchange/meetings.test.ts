import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Item } from '../../../testbed/exchange/store/item.ts';
import { all } from './support/ews-client.ts';
import { attendees, createItem, findItem, folder, getItem, setField, updateItem } from './support/requests.ts';
import { stage } from './support/start.ts';

const everyone = 'SendMeetingInvitations="SendToAllAndSaveCopy"';
const update = 'SendMeetingInvitationsOrCancellations="SendToAllAndSaveCopy"';

function meeting(subject: string, ...extra: readonly string[]): string {
  return `<t:CalendarItem><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">agenda</t:Body><t:Start>2026-03-16T09:00:00Z</t:Start><t:End>2026-03-16T10:00:00Z</t:End><t:Location>Hall</t:Location>${extra.join('')}</t:CalendarItem>`;
}

const weekly =
  '<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-03-16</t:StartDate><t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';

describe('exchange simulator: meetings', () => {
  const scene = stage();
  const box = (user: string) => scene.exchange.account(`${user}@x.example`).mailbox;
  const inCalendar = (user: string, subject: string): Item | undefined =>
    [...box(user).folderNamed('calendar').byArrival].find((item) => item.subject === subject);
  const newest = (user: string): Item | undefined => box(user).folderNamed('inbox').byReceived.slice(0, 1, true)[0];
  const property = (item: Item | undefined, name: string): string | undefined =>
    item?.content?.properties.get(name)?.text;

  /** Start of each occurrence a user sees, with its subject. */
  async function view(user: string): Promise<string[]> {
    const { body } = await scene
      .as(user)
      .expect(
        `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:CalendarView StartDate="2026-03-01T00:00:00Z" EndDate="2026-05-01T00:00:00Z"/><m:ParentFolderIds>${folder('calendar')}</m:ParentFolderIds></m:FindItem>`,
      );
    return all(body, 'CalendarItem').map((one) => `${all(one, 'Start')[0]?.text} ${all(one, 'Subject')[0]?.text}`);
  }

  test('an invitation, an answer, an update and a cancellation go between mailboxes', async () => {
    const made = await scene
      .as('a')
      .expect(
        createItem(meeting('Kick-off', attendees('RequiredAttendees', 'b@x.example', 'out@else.example')), everyone),
      );
    const id = all(made.body, 'ItemId')[0]?.attributes.Id ?? '';
    const outside = scene.exchange.sent.at(-1)?.raw.toString('utf8') ?? '';
    assert.match(outside, /text\/calendar; charset=utf-8; method=REQUEST/i);
    const request = newest('b');
    assert.deepEqual([request?.kind, request?.itemClass], ['MeetingRequest', 'IPM.Schedule.Meeting.Request']);
    assert.equal(property(request, 'MeetingRequestType'), 'NewMeetingRequest');
    assert.equal(property(inCalendar('b', 'Kick-off'), 'LegacyFreeBusyStatus'), 'Tentative');
    const accepted = await scene
      .as('b')
      .expect(
        createItem(
          `<t:TentativelyAcceptItem><t:ReferenceItemId Id="${request?.id}"/></t:TentativelyAcceptItem>`,
          'MessageDisposition="SendAndSaveCopy"',
        ),
      );
    assert.ok(all(accepted.body, 'CalendarItem').length > 0);
    assert.deepEqual([newest('a')?.kind, newest('a')?.subject], ['MeetingResponse', 'Tentative: Kick-off']);
    const seen = await scene.as('a').expect(getItem([id]));
    const people = all(seen.body, 'Attendee').map((one) => all(one, 'ResponseType')[0]?.text);
    assert.deepEqual(people, ['Tentative', undefined]);
    await scene
      .as('a')
      .expect(updateItem(id, setField('calendar:Location', 'CalendarItem', '<t:Location>Room 2</t:Location>'), update));
    assert.equal(property(newest('b'), 'MeetingRequestType'), 'InformationalUpdate');
    assert.equal(property(inCalendar('b', 'Kick-off'), 'Location'), 'Room 2');
    assert.equal(property(inCalendar('b', 'Kick-off'), 'MyResponseType'), 'Tentative');
    await scene
      .as('a')
      .expect(
        `<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="SendOnlyToAll"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
      );
    assert.equal(newest('b')?.kind, 'MeetingCancellation');
    assert.equal(property(inCalendar('b', 'Canceled: Kick-off'), 'IsCancelled'), 'true');
    await scene
      .as('b')
      .expect(
        createItem(
          `<t:RemoveItem><t:ReferenceItemId Id="${newest('b')?.id}"/></t:RemoveItem>`,
          'MessageDisposition="SaveOnly"',
        ),
      );
    assert.equal(inCalendar('b', 'Canceled: Kick-off'), undefined);
  });

  test('an attendee who is taken off gets a cancellation, one who is added an invitation', async () => {
    const made = await scene
      .as('a')
      .expect(createItem(meeting('Circle', attendees('RequiredAttendees', 'b@x.example')), everyone));
    const id = all(made.body, 'ItemId')[0]?.attributes.Id ?? '';
    const list = attendees('RequiredAttendees', 'c@x.example');
    await scene
      .as('a')
      .expect(
        updateItem(
          id,
          setField('calendar:RequiredAttendees', 'CalendarItem', list),
          'SendMeetingInvitationsOrCancellations="SendToChangedAndSaveCopy"',
        ),
      );
    assert.equal(newest('c')?.kind, 'MeetingRequest');
    assert.equal(newest('b')?.kind, 'MeetingCancellation');
  });

  test('a series is invited with its exceptions; one occurrence is moved, another called off', async () => {
    const made = await scene
      .as('a')
      .expect(createItem(meeting('Series', attendees('RequiredAttendees', 'b@x.example'), weekly), everyone));
    const id = all(made.body, 'ItemId')[0]?.attributes.Id ?? '';
    const dates = ['16', '23', '30'].map((day) => `2026-03-${day}T09:00:00Z Series`);
    assert.deepEqual((await view('b')).slice(-4), [...dates, '2026-04-06T09:00:00Z Series']);
    const nth = (index: number): string => `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="${index}"/>`;
    const changed = await scene
      .as('a')
      .expect(
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite" ${update}><m:ItemChanges><t:ItemChange>${nth(2)}<t:Updates>${setField('calendar:Start', 'CalendarItem', '<t:Start>2026-03-24T14:00:00Z</t:Start>')}${setField('calendar:End', 'CalendarItem', '<t:End>2026-03-24T15:00:00Z</t:End>')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      );
    assert.notEqual(all(changed.body, 'ItemId')[0]?.attributes.Id, id);
    assert.ok((await view('b')).includes('2026-03-24T14:00:00Z Series'));
    await scene
      .as('a')
      .expect(
        `<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendToAllAndSaveCopy"><m:ItemIds>${nth(3)}</m:ItemIds></m:DeleteItem>`,
      );
    const own = (await view('a')).filter((one) => one.endsWith(' Series'));
    assert.deepEqual(own, [
      '2026-03-16T09:00:00Z Series',
      '2026-03-24T14:00:00Z Series',
      '2026-04-06T09:00:00Z Series',
    ]);
    assert.ok((await view('b')).includes('2026-03-30T09:00:00Z Canceled: Series'));
    const gone = await scene
      .as('a')
      .call(
        `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>${nth(3)}${nth(9)}</m:ItemIds></m:GetItem>`,
      );
    assert.deepEqual(gone.codes, [
      'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
      'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    ]);
    const daily = weekly.replace(
      /<t:WeeklyRecurrence>.*<\/t:WeeklyRecurrence>/,
      '<t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>',
    );
    await scene.as('a').expect(updateItem(id, setField('calendar:Recurrence', 'CalendarItem', daily), update));
    assert.equal((await view('a')).filter((one) => one.endsWith(' Series')).length, 4);
  });

  test('only the organizer invites, and what the request must say is asked for', async () => {
    const without = await scene.as('a').call(createItem(meeting('x'), 'MessageDisposition="SaveOnly"'));
    assert.deepEqual(without.codes, ['ErrorSendMeetingInvitationsRequired']);
    const wrong = await scene
      .as('a')
      .call(createItem(meeting('x').replace('10:00:00', '08:00:00'), 'SendMeetingInvitations="SendToNone"'));
    assert.deepEqual(wrong.codes, ['ErrorCalendarEndDateIsEarlierThanStartDate']);
    const kept = inCalendar('b', 'Series');
    const before = box('a').items.size;
    await scene
      .as('b')
      .expect(
        updateItem(
          kept?.id ?? '',
          setField('calendar:Location', 'CalendarItem', '<t:Location>Here</t:Location>'),
          update,
        ),
      );
    assert.equal(box('a').items.size, before);
  });

  test('a global object id is the UID in bytes, and finds the item', async () => {
    const uid = property(inCalendar('a', 'Series'), 'UID') ?? '';
    const value = Buffer.from(uid, 'hex').toString('base64');
    const path = '<t:ExtendedFieldURI DistinguishedPropertySetId="Meeting" PropertyId="35" PropertyType="Binary"/>';
    const restriction = `<t:IsEqualTo>${path}<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo>`;
    for (const user of ['a', 'b']) {
      const { body } = await scene.as(user).expect(findItem(folder('calendar'), restriction));
      assert.equal(all(body, 'ItemId').length, 1);
    }
  });
});
