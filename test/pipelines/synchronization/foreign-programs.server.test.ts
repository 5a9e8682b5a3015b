import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DavmailServer, startDavmail } from '../../../testbed/servers/davmail.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { type ActScene, addFilter, openActScene, ownActive } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./programs/exchangelib-user.py', import.meta.url));
const [user, password] = ['anna@ours.example', 'secret-of-the-tests'];
const owner = { table: 'systemuser', id: seeded.anna };
const ownOpen = (table: string): string =>
  `<fetch><entity name="${table}"><filter><condition attribute="ownerid" operator="eq-userid"/><condition attribute="statecode" operator="in"><value>0</value><value>3</value></condition></filter></entity></fetch>`;

async function openScene(): Promise<ActScene> {
  const scene = await openActScene();
  for (const table of ['appointment', 'recurringappointmentmaster', 'task'])
    await addFilter(scene, 'anna', table, ownOpen(table));
  await addFilter(scene, 'anna', 'contact', ownActive('contact'));
  return scene;
}

async function settle(scene: ActScene): Promise<void> {
  await scene.clock.advance(1000);
  await scene.settle('anna');
  await scene.clock.advance(1000);
}

/** Records that both programs are to find: an appointment, a series with an exception, a contact. */
async function makeRecords(scene: ActScene): Promise<void> {
  const store = scene.storeOf('anna');
  const organizer = [{ partyid: owner }];
  await store.create('appointment', {
    subject: 'From the record',
    location: 'Cellar',
    scheduledstart: new Date('2026-04-02T07:00:00Z'),
    scheduledend: new Date('2026-04-02T08:00:00Z'),
    statecode: 3,
    statuscode: 5,
    mr_timezone: 'Europe/Berlin',
    ownerid: owner,
    organizer,
  });
  const seriesid = await store.create('recurringappointmentmaster', {
    subject: 'Record series',
    starttime: new Date('2026-03-24T09:00:00Z'),
    endtime: new Date('2026-03-24T10:00:00Z'),
    recurrencepatterntype: 0,
    interval: 1,
    patternstartdate: new Date('2026-03-24T00:00:00Z'),
    patternendtype: 2,
    occurrences: 5,
    statecode: 3,
    statuscode: 5,
    mr_timezone: 'Europe/Berlin',
    ownerid: owner,
    organizer,
  });
  const { rows } = await scene.database.records.retrieveMultiple({
    table: 'appointment',
    columns: ['activityid'],
    filter: { column: 'seriesid', operator: 'eq', value: seriesid },
    orderBy: [{ column: 'originalstartdate' }],
  });
  await store.delete('appointment', rows[1]?.activityid ?? '');
  await store.update('appointment', rows[2]?.activityid ?? '', { location: 'Garden' });
  await store.create('contact', { firstname: 'Carl', lastname: 'Customer', jobtitle: 'Buyer', ownerid: owner });
}

/** Subjects and times of the appointments, by time. */
async function appointments(scene: ActScene): Promise<unknown[]> {
  const { rows } = await scene.database.records.retrieveMultiple({
    table: 'appointment',
    columns: ['subject', 'location', 'scheduledstart'],
    orderBy: [{ column: 'scheduledstart' }, { column: 'subject' }],
  });
  return rows.map((row) => [row.subject, row.location ?? null, row.scheduledstart?.toISOString().slice(0, 16)]);
}

describe('the far side by exchangelib', { skip: serverSkip('exchangelib', 'python3-exchangelib') }, () => {
  let scene: ActScene;
  before(async () => {
    scene = await openScene();
  });
  after(() => scene?.close());
  const exchangelib = async (deed: string): Promise<string> =>
    (await run('/usr/bin/python3', [script, scene.server.ewsUrl, user, password, deed], { timeout: 60_000 })).stdout;

  it('AA-30, CC-02, TK-02: what it writes and tracks becomes records, with exceptions of series; private items do not', async () => {
    await exchangelib('write');
    await settle(scene);
    assert.deepEqual(await appointments(scene), [
      ['Series', null, '2026-03-23T08:00'],
      ['Whole day', null, '2026-03-29T00:00'],
      ['From exchangelib', 'Hall', '2026-03-30T07:00'],
      ['Series', 'Roof', '2026-03-30T07:00'],
      ['Series', null, '2026-04-13T07:00'],
    ]);
    const filter = { column: 'lastname', operator: 'eq', value: 'Lovelace' } as const;
    const contacts = await scene.database.records.retrieveMultiple({ table: 'contact', filter });
    assert.deepEqual(
      contacts.rows.map((row) => [row.emailaddress1, row.mobilephone]),
      [['ada@else.example', '+1 555']],
    );
    const tasks = await scene.database.records.retrieveMultiple({ table: 'task' });
    assert.deepEqual(
      tasks.rows.map((row) => row.subject),
      ['Call'],
    );
  });

  it('AA-01, AA-21: what records say is read by it', async () => {
    await makeRecords(scene);
    await settle(scene);
    const found = JSON.parse(await exchangelib('read'));
    const by = (subject: string) => found.calendar.find((one: { subject: string }) => one.subject === subject);
    assert.deepEqual(by('From the record'), {
      subject: 'From the record',
      location: 'Cellar',
      start: '2026-04-02T07:00Z',
    });
    assert.deepEqual(by('Record series'), {
      subject: 'Record series',
      location: null,
      start: '2026-03-24T09:00Z',
      count: 5,
      deleted: 1,
      changed: 1,
    });
    assert.equal(by('Whole day').day, '2026-03-29');
    assert.ok(
      found.contacts.some((one: { name: string; job: string }) => one.name === 'Carl Customer' && one.job === 'Buyer'),
    );
  });
});

const davSkip =
  serverSkip('davmail', 'davmail-server') || serverSkip('vdirsyncer', 'vdirsyncer') || serverSkip('khal', 'khal');

describe('the far side by DavMail, vdirsyncer and khal', { skip: davSkip, timeout: 170_000 }, () => {
  let scene: ActScene;
  let davmail: DavmailServer;
  let folder: string;
  before(async () => {
    scene = await openScene();
    davmail = await startDavmail(scene.server.ewsUrl);
    folder = await mkdtemp(path.join(tmpdir(), 'mailroom-vdir-'));
    for (const name of ['status', 'calendar', 'contacts']) await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, 'config'), vdirsyncerConfig(folder, davmail.ports.dav));
    await writeFile(path.join(folder, 'khal'), khalConfig(folder));
    await vdirsyncer('discover');
  });
  after(async () => {
    await davmail?.stop();
    await scene?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  const environment = () => ({
    ...process.env,
    HOME: folder,
    VDIRSYNCER_CONFIG: path.join(folder, 'config'),
    TZ: 'Europe/Berlin',
    LC_ALL: 'C.UTF-8',
  });
  const vdirsyncer = (deed: string) => run('vdirsyncer', [deed], { env: environment(), timeout: 60_000 });
  const files = async (name: string): Promise<string> => {
    const names = await readdir(path.join(folder, name));
    return (await Promise.all(names.map((one) => readFile(path.join(folder, name, one), 'utf8')))).join('\n');
  };

  it('AA-30, CC-02: what it writes over CalDAV and CardDAV becomes records', async () => {
    await writeFile(path.join(folder, 'calendar', 'series.ics'), calendarFile);
    await writeFile(path.join(folder, 'contacts', 'ada.vcf'), contactFile);
    await vdirsyncer('sync');
    await settle(scene);
    assert.deepEqual(await appointments(scene), [
      ['Over CalDAV', 'Hall', '2026-03-23T08:00'],
      ['Over CalDAV', 'Roof', '2026-03-30T08:00'],
      ['Over CalDAV', 'Hall', '2026-04-13T07:00'],
    ]);
    const filter = { column: 'lastname', operator: 'eq', value: 'Lovelace' } as const;
    const contacts = await scene.database.records.retrieveMultiple({ table: 'contact', filter });
    assert.deepEqual(
      contacts.rows.map((row) => [row.firstname, row.emailaddress1]),
      [['Ada', 'ada@else.example']],
    );
  });

  it('AA-01, AA-21: what records say is read by it', async () => {
    await makeRecords(scene);
    await settle(scene);
    await vdirsyncer('sync');
    const { stdout } = await run(
      'khal',
      [
        '-c',
        path.join(folder, 'khal'),
        'list',
        '--format',
        '{start-date} {start-time} {title}',
        '--day-format',
        '',
        '2026-03-22',
        '30d',
      ],
      {
        env: environment(),
        timeout: 60_000,
      },
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    assert.deepEqual(lines.sort(), [
      '2026-03-23 09:00 Over CalDAV',
      '2026-03-24 10:00 Record series',
      '2026-03-26 10:00 Record series',
      '2026-03-27 10:00 Record series',
      '2026-03-28 10:00 Record series',
      '2026-03-30 10:00 Over CalDAV',
      '2026-04-02 09:00 From the record',
      '2026-04-13 09:00 Over CalDAV',
    ]);
    assert.match(await files('contacts'), /FN:Carl Customer/);
    assert.match(await files('calendar'), /LOCATION[^:\n]*:Garden/);
  });
});

const calendarFile = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//test//EN',
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'UID:dav-series-1',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Berlin:20260323T090000',
  'DTEND;TZID=Europe/Berlin:20260323T100000',
  'RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO',
  'EXDATE;TZID=Europe/Berlin:20260406T090000',
  'SUMMARY:Over CalDAV',
  'LOCATION:Hall',
  'CATEGORIES:Tracked to Dynamics 365',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:dav-series-1',
  'RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Berlin:20260330T100000',
  'DTEND;TZID=Europe/Berlin:20260330T110000',
  'SUMMARY:Over CalDAV',
  'LOCATION:Roof',
  'CATEGORIES:Tracked to Dynamics 365',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

const contactFile = [
  'BEGIN:VCARD',
  'VERSION:3.0',
  'UID:dav-contact-1',
  'N:Lovelace;Ada;;;',
  'FN:Ada Lovelace',
  'EMAIL;TYPE=work:ada@else.example',
  'CATEGORIES:Tracked to Dynamics 365',
  'END:VCARD',
  '',
].join('\r\n');

function vdirsyncerConfig(folder: string, port: number): string {
  const remote = (type: string, name: string): string =>
    `type = "${type}"\nurl = "http://127.0.0.1:${port}/users/${user}/${name}/"\nusername = "${user}"\npassword = "${password}"\n`;
  const pair = (name: string, type: string, ending: string, more = ''): string =>
    `[pair ${name}]\na = "${name}_here"\nb = "${name}_there"\ncollections = null\nconflict_resolution = "b wins"\n\n` +
    `[storage ${name}_here]\ntype = "filesystem"\npath = "${path.join(folder, name)}"\nfileext = "${ending}"\n\n` +
    `[storage ${name}_there]\n${remote(type, name)}${more}\n`;
  return `[general]\nstatus_path = "${path.join(folder, 'status')}"\n\n${pair('calendar', 'caldav', '.ics', 'item_types = ["VEVENT"]\n')}${pair('contacts', 'carddav', '.vcf')}`;
}

function khalConfig(folder: string): string {
  return `[calendars]\n[[calendar]]\npath = ${path.join(folder, 'calendar')}\n\n[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ntimeformat = %H:%M\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n\n[sqlite]\npath = ${path.join(folder, 'khal.db')}\n`;
}
