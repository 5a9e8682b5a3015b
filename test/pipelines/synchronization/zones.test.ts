import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';
import { EwsClient } from '../../testbed/exchange/support/ews-client.ts';

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'America/Santiago', 'Europe/London'];
const takesPart = (table: string): string =>
  `<fetch><entity name="${table}"><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="ne" value="9"/></filter></link-entity></entity></fetch>`;

/** What a clock on the wall of the zone shows. */
function wall(moment: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return parts.format(moment);
}

/** The moment at which the zone's clocks show 9 on a day, found by trying. */
function nineOn(day: string, zone: string): Date {
  for (let hour = -24; hour <= 48; hour += 1) {
    const moment = new Date(Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000);
    if (wall(moment, zone) === `${day} 09:00`) return moment;
  }
  throw new Error(`No nine o'clock on ${day} in ${zone}.`);
}

describe('summer time in five zones', () => {
  it('AA-12, FM-R6: a weekly appointment at nine stays at nine on both sides, and whole days stay the days they are', async () => {
    const scene = await openActScene();
    try {
      for (const table of ['appointment', 'recurringappointmentmaster'])
        await addFilter(scene, 'anna', table, takesPart(table));
      const common = {
        ownerid: { table: 'systemuser', id: seeded.anna },
        organizer: [{ partyid: { table: 'systemuser', id: seeded.anna } }],
        statecode: 3,
        statuscode: 5,
      };
      const store = scene.storeOf('anna');
      for (const zone of zones) {
        const first = nineOn('2026-03-04', zone);
        await store.create('recurringappointmentmaster', {
          ...common,
          subject: `Weekly ${zone}`,
          starttime: first,
          endtime: new Date(first.getTime() + 1_800_000),
          recurrencepatterntype: 1,
          interval: 1,
          daysofweekmask: 8,
          patternstartdate: new Date('2026-03-04T00:00:00Z'),
          patternendtype: 2,
          occurrences: 10,
          mr_timezone: zone,
        });
        for (const day of ['2026-03-08', '2026-03-29', '2026-04-05'])
          await store.create('appointment', {
            ...common,
            subject: `Day ${zone} ${day}`,
            isalldayevent: true,
            scheduledstart: new Date(`${day}T00:00:00Z`),
            scheduledend: new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000),
            mr_timezone: zone,
          });
      }
      await scene.settle('anna');
      const client = new EwsClient({
        url: scene.server.ewsUrl,
        user: 'anna@ours.example',
        password: 'secret-of-the-tests',
      });
      const view = await client.expect(
        '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:CalendarView StartDate="2026-02-01T00:00:00Z" EndDate="2026-07-01T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
      );
      const shown = [...view.text.matchAll(/<t:Subject>(.*?)<\/t:Subject>.*?<t:Start>(.*?)<\/t:Start>/gs)].map(
        ([, subject = '', start = '']) => ({ subject, start: new Date(start) }),
      );
      for (const zone of zones) {
        const weekly = shown
          .filter(({ subject }) => subject === `Weekly ${zone}`)
          .map(({ start }) => wall(start, zone));
        assert.equal(weekly.length, 10, zone);
        for (const time of weekly) assert.match(time, / 09:00$/, `${zone} in Exchange`);
        const here = await scene.database.records.retrieveMultiple({
          table: 'appointment',
          columns: ['scheduledstart'],
          filter: { column: 'subject', operator: 'eq', value: `Weekly ${zone}` },
        });
        const instances = here.rows.map(({ scheduledstart }) => wall(scheduledstart ?? new Date(0), zone)).sort();
        assert.deepEqual(instances, weekly.sort(), `${zone} here`);
        for (const day of ['2026-03-08', '2026-03-29', '2026-04-05']) {
          const [whole, ...more] = shown.filter(({ subject }) => subject === `Day ${zone} ${day}`);
          assert.ok(whole && more.length === 0);
          assert.equal(wall(whole.start, zone).slice(0, 10), day, 'the day that its zone has');
        }
      }
      for (const item of await scene.items('anna', 'calendar')) {
        if (item.kind !== 'appointment') continue;
        const time = { ...(item.fields.time as object), start: '2026-10-25', end: '2026-10-26' };
        await scene
          .outlookOf('anna')
          .update(item, { kind: 'appointment', fields: { time }, notify: 'nobody' }, quietSignal);
      }
      await scene.clock.advance(1000);
      await scene.settle('anna');
      const moved = await scene.database.records.count('appointment', {
        and: [
          { column: 'isalldayevent', operator: 'eq', value: true },
          { column: 'scheduledstart', operator: 'eq', value: new Date('2026-10-25T00:00:00Z') },
          { column: 'scheduledend', operator: 'eq', value: new Date('2026-10-26T00:00:00Z') },
        ],
      });
      assert.equal(moved, 15);
    } finally {
      await scene.close();
    }
  });
});
