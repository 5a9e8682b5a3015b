import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FieldBag, FieldValue } from '../../../src/contracts/act-fields.ts';
import type { ActItem } from '../../../src/contracts/act-item.ts';
import { deletedOccurrence, plainOccurrence } from '../../../src/contracts/series-fields.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { type ActPerson, type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';
import { EwsClient } from '../../testbed/exchange/support/ews-client.ts';

/** FI-08: the user takes part in another role than owner. */
const takesPart = (table: string): string =>
  `<fetch><entity name="${table}"><filter><condition attribute="statecode" operator="in"><value>0</value><value>3</value></condition></filter><link-entity name="activityparty" from="activityid" to="activityid"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="ne" value="9"/></filter></link-entity></entity></fetch>`;

const user = (id: string) => ({ partyid: { table: 'systemuser', id } });

describe('appointments, both ways', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
    for (const person of ['anna', 'ben'] as const)
      for (const table of ['appointment', 'recurringappointmentmaster'])
        await addFilter(scene, person, table, takesPart(table));
  });
  afterEach(() => scene.close());

  const settle = async (...people: readonly ActPerson[]): Promise<void> => {
    await scene.clock.advance(1000);
    await scene.settle(...(people.length === 0 ? (['anna'] as const) : people));
    await scene.clock.advance(1000);
  };
  const items = (person: ActPerson = 'anna') => scene.items(person, 'calendar');
  const onlyItem = async (person: ActPerson = 'anna'): Promise<ActItem> => {
    const found = await items(person);
    assert.equal(found.length, 1, `${found.length} items`);
    return found[0] as ActItem;
  };
  const edit = async (fields: FieldBag, person: ActPerson = 'anna', notify: 'nobody' | 'attendees' = 'nobody') => {
    const item = await onlyItem(person);
    await scene.outlookOf(person).update(item, { kind: item.kind, fields, notify }, quietSignal);
  };
  const mails = (person: ActPerson): number => {
    const { mailbox } = scene.server.account(`${person}@ours.example`);
    return mailbox.folderNamed('inbox').total;
  };
  const create = (values: RecordOf<'appointment'> = {}): Promise<string> =>
    scene.storeOf('anna').create('appointment', {
      subject: 'Plan',
      scheduledstart: new Date('2026-03-30T08:00:00Z'),
      scheduledend: new Date('2026-03-30T09:00:00Z'),
      statecode: 3,
      statuscode: 5,
      ownerid: { table: 'systemuser', id: seeded.anna },
      organizer: [user(seeded.anna)],
      ...values,
    });
  const row = (id: string) => scene.database.records.retrieve('appointment', id);
  const track = (person: ActPerson, item: ActItem) => markTracked(scene, person, item);

  it('AA-01, AA-04, AA-12: an appointment is made in the calendar, and changes flow both ways', async () => {
    const id = await create({ location: 'Hall', description: 'Agenda', prioritycode: 2, mr_timezone: 'Europe/Berlin' });
    await settle();
    const item = await onlyItem();
    assert.deepEqual(item.fields.time, {
      start: '2026-03-30T08:00:00.000Z',
      end: '2026-03-30T09:00:00.000Z',
      isAllDay: false,
      zone: 'Europe/Berlin',
    });
    const { subject, location, body, importance, showAs } = item.fields;
    assert.deepEqual([subject, location, body, importance, showAs], ['Plan', 'Hall', 'Agenda', 'high', 'busy']);
    assert.equal((await row(id))?.globalobjectid, item.meetingId);
    await edit({ location: 'Roof', showAs: 'tentative' });
    await scene.storeOf('anna').update('appointment', id, { subject: 'Plan B' });
    await settle();
    const after = await row(id);
    assert.deepEqual([after?.location, after?.statecode, after?.statuscode], ['Roof', 0, 2]);
    assert.equal((await onlyItem()).fields.subject, 'Plan B');
    for (let pass = 0; pass < 2; pass += 1) {
      const outcome = await scene.turn('anna');
      assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed, outcome.more], [0, 0, false]);
    }
  });

  it('PAIN-20, AA-12: an all-day appointment is on the same day on both sides', async () => {
    const id = await create({
      isalldayevent: true,
      scheduledstart: new Date('2026-03-29T00:00:00Z'),
      scheduledend: new Date('2026-03-30T00:00:00Z'),
      mr_timezone: 'America/New_York',
    });
    await settle();
    const time = (await onlyItem()).fields.time as { start: string; end: string };
    assert.deepEqual([time.start, time.end], ['2026-03-29', '2026-03-30']);
    await edit({ time: { start: '2026-03-31', end: '2026-04-02', isAllDay: true, zone: 'America/New_York' } });
    await settle();
    const after = await row(id);
    assert.deepEqual(after?.scheduledstart, new Date('2026-03-31T00:00:00Z'));
    assert.deepEqual(after?.scheduledend, new Date('2026-04-02T00:00:00Z'));
  });

  it('AA-02, AA-06, AA-07, AA-42: one meeting for two users: invited once, linked by its id, told of real changes only', async () => {
    const id = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    assert.equal(mails('ben'), 1, 'one invitation');
    assert.equal((await onlyItem('ben')).isOrganizer, false);
    assert.equal((await items('ben')).length, 1);
    const links = await scene.links('ben');
    assert.equal(links.length, 1);
    await scene.storeOf('anna').update('appointment', id, { category: 'none of theirs' });
    await settle('anna', 'ben');
    assert.equal(mails('ben'), 1, 'nothing of AA-07 changed');
    await scene.storeOf('anna').update('appointment', id, { subject: 'Moved' });
    await settle('anna', 'ben');
    assert.equal(mails('ben'), 2);
    assert.equal((await onlyItem('ben')).fields.subject, 'Moved');
    assert.equal((await row(id))?.statuscode, 5, 'how the attendee shows it does not change the record');
    await edit({ subject: 'Bens own' }, 'ben');
    await settle('anna', 'ben');
    assert.equal((await row(id))?.subject, 'Moved');
    assert.equal(mails('anna'), 0);
  });

  it('AA-15, AA-17, AA-50: deleting the record deletes the meeting and tells its attendees once', async () => {
    const id = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    await scene.storeOf('anna').delete('appointment', id);
    await settle('anna', 'ben');
    assert.equal((await items('anna')).length, 0);
    assert.equal(mails('ben'), 2, 'invitation and cancellation');
  });

  it('PAIN-21, AA-16, AA-53, ST-54: what leaves the filter stays in the calendar, and nobody gets a cancellation', async () => {
    const id = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    await scene.database.records.update('appointment', id, { organizer: [], requiredattendees: [] });
    await settle('anna', 'ben');
    assert.equal((await items('anna')).length, 1);
    assert.equal(mails('ben'), 1);
  });

  it('AA-19, AA-59: with the original behaviour a lost filter deletes the meeting and cancels it', async () => {
    await scene.setSwitch('DistinctPhysicalAndLogicalDeletesForExchangeSync', false);
    const id = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    await scene.database.records.update('appointment', id, {
      organizer: [user(seeded.ben)],
      requiredattendees: [],
      ownerid: { table: 'systemuser', id: seeded.ben },
    });
    await settle('anna');
    assert.equal((await items('anna')).length, 0);
    assert.ok(mails('ben') >= 1);
  });

  it('AA-18, ST-50: a cancelled record shows as free; with the switch the meeting is cancelled', async () => {
    const id = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    await scene.storeOf('anna').update('appointment', id, { statecode: 2, statuscode: 4 });
    await settle('anna', 'ben');
    assert.equal((await onlyItem()).fields.showAs, 'free');
    await scene.setSwitch('SSSPropagateAppointmentCancellationsToExchange', true);
    const other = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    const before = mails('ben');
    await scene.storeOf('anna').update('appointment', other, { statecode: 2, statuscode: 4 });
    await settle('anna', 'ben');
    assert.equal((await items('anna')).length, 1);
    assert.equal(mails('ben'), before + 1);
  });

  it('AA-32, AA-58: a closed record takes no change and no deletion from the calendar', async () => {
    const id = await create();
    await settle();
    await scene.storeOf('anna').update('appointment', id, { statecode: 1, statuscode: 3 });
    await settle();
    await edit({ subject: 'Too late' });
    await settle();
    assert.equal((await row(id))?.subject, 'Plan');
    await scene.outlookOf('anna').remove(await onlyItem(), 'nobody', quietSignal);
    await settle();
    assert.ok(await row(id));
  });

  it('AA-39, AA-55: a deletion by the organizer in the calendar deletes the record', async () => {
    const id = await create();
    await settle();
    await scene.outlookOf('anna').remove(await onlyItem(), 'nobody', quietSignal);
    await settle();
    assert.equal(await row(id), undefined);
  });

  it('AA-40, AA-57: what an attendee deletes or declines never deletes the record', async () => {
    const id = await create({ requiredattendees: [user(seeded.ben)] });
    await settle('anna', 'ben');
    await scene.outlookOf('ben').remove(await onlyItem('ben'), 'nobody', quietSignal);
    await settle('anna', 'ben');
    assert.ok(await row(id));
    assert.equal((await items('anna')).length, 1);
  });

  it('AA-30, AA-34, AA-37: a tracked meeting becomes a record with its people; other appointments stay private', async () => {
    const contact = await scene
      .storeOf('anna')
      .create('contact', { lastname: 'Guest', emailaddress1: 'guest@x.example' });
    const fields: FieldBag = {
      subject: 'Lunch',
      time: {
        start: '2026-04-01T10:00:00.000Z',
        end: '2026-04-01T11:00:00.000Z',
        isAllDay: false,
        zone: 'Europe/Berlin',
      },
      requiredAttendees: ['guest@x.example', 'zoe@else.example'].map((address) => ({ address, name: null })),
    };
    const blank = { organizationId: '', table: '', recordId: '' };
    const make = (bag: FieldBag) =>
      scene
        .outlookOf('anna')
        .create(
          { folder: 'calendar', kind: 'appointment', fields: bag, stamp: blank, notify: 'nobody', remindOn: null },
          quietSignal,
        );
    await make({ ...fields, subject: 'Private' });
    await make(fields);
    const lunch = (await items()).find(({ title }) => title === 'Lunch');
    assert.ok(lunch);
    await track('anna', lunch);
    await settle();
    const page = await scene.database.records.retrieveMultiple({
      table: 'appointment',
      columns: ['activityid', 'subject', 'ownerid', 'requiredattendees', 'organizer', 'mr_timezone'],
    });
    assert.deepEqual(
      page.rows.map(({ subject }) => subject),
      ['Lunch'],
    );
    const [made] = page.rows;
    assert.equal(made?.ownerid?.id, seeded.anna);
    assert.equal(made?.mr_timezone, 'Europe/Berlin');
    assert.deepEqual(
      made?.organizer?.map(({ partyid }) => partyid?.id),
      [seeded.anna],
    );
    assert.deepEqual(
      made?.requiredattendees?.map(({ partyid, addressused }) => [partyid?.id ?? null, addressused]),
      [
        [contact, 'guest@x.example'],
        [null, 'zoe@else.example'],
      ],
    );
  });

  it('PAIN-19, AA-21, AA-30, FM-R1 to FM-R10: a series goes over with its exceptions, and exceptions made there come back as instances', async () => {
    const id = await scene.storeOf('anna').create('recurringappointmentmaster', {
      subject: 'Standup',
      starttime: new Date('2026-03-23T08:00:00Z'),
      endtime: new Date('2026-03-23T08:30:00Z'),
      recurrencepatterntype: 1,
      interval: 1,
      daysofweekmask: 2,
      patternstartdate: new Date('2026-03-23T00:00:00Z'),
      patternendtype: 2,
      occurrences: 4,
      statecode: 3,
      statuscode: 5,
      mr_timezone: 'Europe/Berlin',
      ownerid: { table: 'systemuser', id: seeded.anna },
      organizer: [user(seeded.anna)],
    });
    const instances = async () =>
      (
        await scene.database.records.retrieveMultiple({
          table: 'appointment',
          filter: { column: 'seriesid', operator: 'eq', value: id },
          orderBy: [{ column: 'originalstartdate' }],
        })
      ).rows;
    await settle();
    const item = await onlyItem();
    assert.equal(item.kind, 'series');
    assert.deepEqual(
      (await instances()).map((one) => one.scheduledstart?.toISOString()),
      ['2026-03-23T08:00:00.000Z', '2026-03-30T07:00:00.000Z', '2026-04-06T07:00:00.000Z', '2026-04-13T07:00:00.000Z'],
    );
    const [, second, third] = await instances();
    await scene.storeOf('anna').update('appointment', second?.activityid ?? '', { location: 'Roof' });
    await settle();
    assert.deepEqual((await onlyItem()).fields.exceptions, [{ ...plainOccurrence('2026-03-30'), location: 'Roof' }]);
    const exceptions = [
      { ...plainOccurrence('2026-03-30'), location: 'Roof' },
      deletedOccurrence('2026-04-06'),
      { ...plainOccurrence('2026-04-13'), start: '2026-04-13T12:00:00.000Z', end: '2026-04-13T12:30:00.000Z' },
    ];
    await edit({ exceptions: exceptions as unknown as FieldValue, subject: 'Daily' });
    await settle();
    const now = await instances();
    assert.deepEqual(
      now.map((one) => [one.subject, one.location ?? null, one.scheduledstart?.toISOString()]),
      [
        ['Daily', null, '2026-03-23T08:00:00.000Z'],
        ['Daily', 'Roof', '2026-03-30T07:00:00.000Z'],
        ['Daily', null, '2026-04-13T12:00:00.000Z'],
      ],
    );
    assert.ok(!now.some(({ activityid }) => activityid === third?.activityid));
    await scene.storeOf('anna').delete('recurringappointmentmaster', id);
    await settle();
    assert.equal((await items()).length, 0);
  });

  it('AA-22, AA-30: a series tracked in the calendar becomes a recurring appointment, and nobody is invited again', async () => {
    const fields: FieldBag = {
      subject: 'Review',
      requiredAttendees: [{ address: 'ben@ours.example', name: null }],
      recurrence: {
        pattern: { kind: 'daily', interval: 1 },
        startDate: '2026-03-23',
        end: { kind: 'count', count: 3 },
        zone: 'Europe/Berlin',
        startMinutes: 600,
        durationMinutes: 60,
        isAllDay: false,
      },
    };
    const blank = { organizationId: '', table: '', recordId: '' };
    await scene
      .outlookOf('anna')
      .create(
        { folder: 'calendar', kind: 'series', fields, stamp: blank, notify: 'attendees', remindOn: null },
        quietSignal,
      );
    assert.equal(mails('ben'), 1);
    await track('anna', await onlyItem());
    await settle('anna', 'ben');
    const masters = await scene.database.records.retrieveMultiple({ table: 'recurringappointmentmaster' });
    assert.deepEqual(
      masters.rows.map(({ subject, occurrences }) => [subject, occurrences]),
      [['Review', 3]],
    );
    const count = await scene.database.records.count('appointment', {
      column: 'seriesid',
      operator: 'eq',
      value: masters.rows[0]?.activityid ?? '',
    });
    assert.equal(count, 3);
    assert.equal(mails('ben'), 1);
  });
});

/** What the app does when its user tracks an item. */
async function markTracked(scene: ActScene, person: ActPerson, { id }: ActItem): Promise<void> {
  const address = `${person}@ours.example`;
  const value = '<t:Categories><t:String>Tracked to Dynamics 365</t:String></t:Categories>';
  const request = `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Categories"/><t:CalendarItem>${value}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
  await new EwsClient({ url: scene.server.ewsUrl, user: address, password: 'secret-of-the-tests' }).expect(request);
}
