import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createConnect } from '../../src/app/connectors.ts';
import { CalendarScene } from '../connectors/exchange/calendar-scene.ts';
import { testSecretBox } from '../support/database.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { whyNoSchemaCheck } from '../testbed/exchange/support/schema-check.ts';

const user = { authorization: 'Bearer user' };

describe('messages about the synchronisation of appointments, contacts and tasks', () => {
  let api: RuledApi;
  let mailboxid: string;
  let contactid: string;
  let linkid: string;
  const owner = () => ({ table: 'systemuser', id: api.userId });
  const call = (name: string, body?: unknown, headers = user) =>
    api.send('POST', `mailboxes(${mailboxid})/Microsoft.Dynamics.CRM.${name}`, body, headers);
  const contacts = (condition: string): string =>
    `<fetch><entity name="contact"><filter>${condition}</filter></entity></fetch>`;

  before(async () => {
    api = await openRuledApi(undefined, (...mailbox) =>
      createConnect({ records: api.database.records, secretBox: testSecretBox, clientName: undefined })(...mailbox),
    );
    const { records } = api.database;
    const page = await records.retrieveMultiple({
      table: 'mailbox',
      filter: { column: 'regardingobjectid', operator: 'eq', value: api.userId },
    });
    mailboxid = page.rows[0]?.mailboxid ?? '';
    await records.update('mailbox', mailboxid, { enabledforact: true });
    contactid = await records.create('contact', {
      lastname: 'Linked',
      fullname: 'Linked',
      jobtitle: 'A',
      ownerid: owner(),
    });
    await records.create('contact', { lastname: 'Other', fullname: 'Other', jobtitle: 'B', ownerid: owner() });
    linkid = await records.create('exchangesyncidmapping', {
      ownerid: owner(),
      mr_mailboxid: mailboxid,
      mr_foldername: 'contacts',
      mr_linkstate: 100000000,
      itemsubject: 'Linked',
      objectid: contactid,
      objecttypecode: 2,
      retries: 3,
      lastsyncerror: 'Exchange refused it.',
      mr_nexttryon: new Date('2024-05-01T08:00:00Z'),
      mr_facts: JSON.stringify({ isOwner: false, isClosed: false, isOrganizer: true, endsOn: null }),
    });
  });
  after(() => api.close());

  test('AC-18: state, last error and next try of links, and decided conflicts, are read by the mailbox’s user', async () => {
    await api.database.records.create('syncerror', {
      name: 'Linked',
      errortype: 0,
      errortime: new Date('2024-05-01T07:00:00Z'),
      errordetail: '{}',
      ownerid: owner(),
      regardingobjectid: { table: 'contact', id: contactid },
    });
    const state = await api.send(
      'GET',
      `mailboxes(${mailboxid})/Microsoft.Dynamics.CRM.mr_RetrieveSyncState()`,
      undefined,
      user,
    );
    assert.equal(state.status, 200, state.text);
    assert.deepEqual(
      [state.json.Links, state.json.Failing, state.json.NextTryOn, state.json.OpenConflicts],
      [[{ State: 'Linked', Count: 1 }], 1, '2024-05-01T08:00:00.000Z', 1],
    );
    const links = await api.send(
      'GET',
      `exchangesyncidmappings?$select=mr_linkstate,lastsyncerror,mr_nexttryon,retries,mr_lastconflict&$filter=objectid eq ${contactid}`,
      undefined,
      user,
    );
    assert.equal(links.json.value[0].lastsyncerror, 'Exchange refused it.');
    const conflicts = await api.send('GET', 'syncerrors?$filter=errortype eq 0', undefined, user);
    assert.equal(conflicts.json.value.length, 1, conflicts.text);
  });

  test('FI-09: a filter is previewed: what it would add, what would leave, and whose item would be deleted', async () => {
    const preview = async (body: object) => {
      const answer = await call('mr_PreviewFilter', body);
      assert.equal(answer.status, 200, answer.text);
      const { Matching, Added, Left, DeletedItems, AddedNames, LeftNames } = answer.json;
      return { Matching, Added, Left, DeletedItems, AddedNames, LeftNames };
    };
    const mine = await api.send(
      'GET',
      "userqueries?$filter=querytype eq 256 and returnedtypecode eq 'contact'",
      undefined,
      user,
    );
    const FilterId = mine.json.value[0].userqueryid;
    const FetchXml = contacts('<condition attribute="jobtitle" operator="eq" value="B"/>');
    const changed = { Matching: 1, Added: 1, Left: 1, DeletedItems: 0, AddedNames: ['Other'], LeftNames: ['Linked'] };
    assert.deepEqual(await preview({ FilterId, FetchXml }), changed);
    assert.deepEqual(await preview({ FetchXml }), { ...changed, Matching: 2, Left: 0, LeftNames: [] });
    assert.deepEqual(await preview({ FilterId }), { ...changed, Matching: 0, Added: 0, AddedNames: [] });
    await api.database.records.update('organization', api.organization.organizationid, {
      orgdborgsettings:
        '<OrgSettings><DistinctPhysicalAndLogicalDeletesForExchangeSync>false</DistinctPhysicalAndLogicalDeletesForExchangeSync></OrgSettings>',
    });
    assert.equal((await preview({ FilterId })).DeletedItems, 1, 'CC-03: who does not own it loses the item');
    for (const [body, words] of [
      [{}, /Give FetchXml/],
      [{ FetchXml: '<fetch>' }, /./],
      [{ FetchXml: '<fetch><entity name="email"/></fetch>' }, /email is not synchronised/],
    ] as const) {
      const refused = await call('mr_PreviewFilter', body);
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.json.error.message, words);
    }
  });

  test('FI-03: InstantiateFilters copies templates, ResetUserFilters brings the default ones back', async () => {
    const templates = await api.send('GET', 'savedqueries?$filter=querytype eq 131072', undefined, user);
    assert.equal(templates.json.value.length, 7);
    const TemplateCollection = templates.json.value
      .slice(0, 2)
      .map((row: { savedqueryid: string }) => ({ savedqueryid: row.savedqueryid }));
    const given = await api.send('POST', 'InstantiateFilters', { TemplateCollection, UserId: api.userId }, user);
    assert.equal(given.status, 204, given.text);
    const count = async () =>
      (await api.send('GET', 'userqueries?$filter=querytype eq 256', undefined, user)).json.value.length;
    assert.equal(await count(), 9);
    assert.equal((await api.send('POST', 'ResetUserFilters', { QueryType: 256 }, user)).status, 204);
    assert.equal(await count(), 7);
    assert.equal((await api.send('POST', 'ResetUserFilters', { QueryType: 4 }, user)).status, 400);
    const UserId = api.organization.administratorId;
    const others = await api.send('POST', 'InstantiateFilters', { TemplateCollection, UserId }, user);
    assert.ok(others.status === 403 || others.status === 404, `not to somebody else: ${others.text}`);
    assert.equal(
      (await api.send('POST', 'InstantiateFilters', { TemplateCollection, UserId: api.userId })).status,
      204,
    );
    assert.equal(await count(), 9);
  });

  test('FI-01: filters of the organisation are not written by users; FI-05: an inactive one has no effect', async () => {
    const values = {
      name: 'For all',
      querytype: 256,
      returnedtypecode: 'contact',
      fetchxml: contacts('<condition attribute="jobtitle" operator="eq" value="B"/>'),
    };
    assert.equal((await api.send('POST', 'savedqueries', values, user)).status, 403);
    assert.equal((await api.send('POST', 'savedqueries', values)).status, 204);
    const Matching = async () =>
      (
        await call('mr_PreviewFilter', {
          FetchXml: contacts('<condition attribute="lastname" operator="eq" value="nobody"/>'),
        })
      ).json.Matching;
    const own = await api.send(
      'GET',
      "userqueries?$filter=querytype eq 256 and returnedtypecode eq 'contact'",
      undefined,
      user,
    );
    for (const row of own.json.value)
      await api.send('PATCH', `userqueries(${row.userqueryid})`, { statecode: 1, statuscode: 2 }, user);
    assert.equal(await Matching(), 1, 'the one of the organisation is left');
  });

  test('FI-09: the question of a mass change is answered, a start date given, a link cut or compared anew', async () => {
    const early = await call('mr_AnswerSyncQuestion', { Answer: 'keep' });
    assert.match(early.json.error.message, /asks nothing/);
    await api.database.records.update('mailbox', mailboxid, { mr_actquestion: 'Go on?' });
    assert.equal((await call('mr_AnswerSyncQuestion', { Answer: 'keep' })).status, 204);
    assert.equal((await call('mr_StartSync', { From: '2024-01-01T00:00:00Z' })).status, 204);
    const row = await api.database.records.retrieve('mailbox', mailboxid);
    assert.deepEqual([row?.mr_actanswer, row?.mr_actstartdate?.getUTCFullYear()], [100000001, 2024]);
    assert.equal((await call('mr_ResyncMailbox')).json.Links, 1);
    const link = (name: string) =>
      api.send('POST', `exchangesyncidmappings(${linkid})/Microsoft.Dynamics.CRM.${name}`, undefined, user);
    assert.equal((await link('mr_ResyncItem')).status, 204);
    assert.equal((await link('mr_UnlinkItem')).status, 204);
    assert.equal((await api.database.records.retrieve('exchangesyncidmapping', linkid))?.mr_linkstate, 100000004);
    const unreachable = await call('mr_PreviewSync', {});
    assert.match(unreachable.json.error.message, /no email server profile/);
    await api.database.records.update('mailbox', mailboxid, { actdeliverymethod: 1 });
    assert.match((await call('mr_UndoSync')).json.error.message, /actdeliverymethod/);
  });

  test('AA-41: a meeting is answered from here once it is in the calendar of the caller', async () => {
    const { records } = api.database;
    const id = await records.create('appointment', { subject: 'Meeting', ownerid: owner() });
    const respond = (body: object) =>
      api.send('POST', `appointments(${id})/Microsoft.Dynamics.CRM.mr_RespondToMeeting`, body, user);
    assert.match((await respond({ Response: 'perhaps' })).json.error.message, /accept, tentative or decline/);
    const early = await respond({ Response: 'accept' });
    assert.deepEqual([early.status, early.json.error.code], [400, 'mr_NoMeeting'], early.text);
    const link = await records.create('exchangesyncidmapping', {
      ownerid: owner(),
      mr_mailboxid: mailboxid,
      mr_foldername: 'calendar',
      mr_linkstate: 100000000,
      objectid: id,
      objecttypecode: 4201,
    });
    assert.equal((await respond({ Response: 'tentative', Comment: 'Perhaps late' })).status, 204);
    const row = await records.retrieve('exchangesyncidmapping', link);
    assert.deepEqual([row?.mr_response, row?.mr_responsecomment], [100000001, 'Perhaps late']);
  });

  test('FM-02: every field of a user with its direction, the own one before the organisation’s', async () => {
    const set = { entitytypecode: 'contact', mappingname: 'jobtitle', syncdirection: 1 };
    assert.equal((await api.send('POST', 'principalsyncattributemaps', set, user)).status, 204);
    const all = await api.send(
      'GET',
      `systemusers(${api.userId})/Microsoft.Dynamics.CRM.RetrievePrincipalSyncAttributeMappings()`,
      undefined,
      user,
    );
    const direction = (name: string) =>
      all.json.AttributeMappings.find(
        (one: { MappingName: string; EntityTypeCode: number }) => one.MappingName === name && one.EntityTypeCode === 2,
      );
    assert.deepEqual([direction('jobtitle').SyncDirection, direction('jobtitle').DefaultSyncDirection], [1, 3]);
    assert.equal(direction('fullname').AllowedSyncDirection, 0, 'fixed');
  });

  test('RetrieveExchangeAppointments asks the calendar of the caller, series spread out, and stores nothing', async () => {
    const { records } = api.database;
    const ask = (StartDate: string, EndDate: string, headers: Readonly<Record<string, string>> = user) =>
      api.send(
        'GET',
        `RetrieveExchangeAppointments(StartDate=@a,EndDate=@b)?@a=${StartDate}&@b=${EndDate}`,
        undefined,
        headers,
      );
    const refused = async (code: string, words: RegExp, start: string, end: string) => {
      const { status, json } = await ask(start, end);
      assert.deepEqual([status >= 400 && status < 500, json.error?.code], [true, `0x${code}`], JSON.stringify(json));
      assert.match(json.error.message, words);
    };
    const march = ['2027-03-01T00:00:00Z', '2027-03-08T00:00:00Z'] as const;
    await refused('80040203', /later than StartDate/, march[1], march[0]);
    await refused('80040203', /730 days/, march[0], '2030-01-01');
    await refused('8005e222', /no email server profile/, ...march);
    await records.update('systemuser', api.userId, { defaultmailbox: null });
    await refused('8005e222', /You have no mailbox/, ...march);
    await records.update('systemuser', api.userId, { defaultmailbox: { table: 'mailbox', id: mailboxid } });
    const scene = await CalendarScene.open(['uma@ours.example']);
    try {
      const profile = await records.create('emailserverprofile', {
        name: 'Server',
        servertype: 4,
        incomingserverlocation: scene.server.ewsUrl,
        incomingusessl: false,
        incomingauthenticationprotocol: 4,
        incomingcredentialretrieval: 1,
        incomingusername: 'uma@ours.example',
        incomingpassword: 'p',
      });
      await records.update('mailbox', mailboxid, { emailserverprofile: { table: 'emailserverprofile', id: profile } });
      await records.update('organization', api.organization.organizationid, {
        mr_allownonsslemail: true,
        mr_allowbasicauthenticationonnonsecurechannel: true,
      });
      await refused('8005e220', /not approved/, ...march);
      await records.update('mailbox', mailboxid, { emailrouteraccessapproval: 1 });
      await refused('8005e247', /carries mail only/, ...march);
      await records.update('emailserverprofile', profile, { servertype: 0 });
      assert.deepEqual((await ask(...march)).json.value, []);
      const [calendar] = scene.users;
      const zone = 'Europe/Berlin';
      await calendar?.make('appointment', {
        subject: 'Plan',
        location: 'Room & board',
        importance: 'high',
        showAs: 'oof',
        time: { start: '2027-03-01T09:00:00.000Z', end: '2027-03-01T10:00:00.000Z', isAllDay: false, zone },
      });
      await calendar?.make('appointment', {
        subject: 'Fair',
        time: { start: '2027-03-03', end: '2027-03-05', isAllDay: true, zone },
      });
      const answer = await ask(...march);
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.json['@odata.context'], /\$metadata#Collection\(mscrm\.crmbaseentity\)$/);
      const [plan, fair, ...rest] = answer.json.value;
      assert.deepEqual(rest, []);
      const { globalobjectid, ...columns } = plan;
      assert.ok(globalobjectid);
      assert.deepEqual(columns, {
        '@odata.type': '#Microsoft.Dynamics.CRM.appointment',
        subject: 'Plan',
        description: null,
        location: 'Room & board',
        prioritycode: 2,
        ...{ statecode: 3, statuscode: 6 },
        ...{ scheduledstart: '2027-03-01T09:00:00Z', scheduledend: '2027-03-01T10:00:00Z' },
        ...{ scheduleddurationminutes: 60, isalldayevent: false, mr_timezone: zone },
      });
      assert.deepEqual(
        [fair.scheduledstart, fair.scheduledend, fair.isalldayevent],
        ['2027-03-03T00:00:00Z', '2027-03-05T00:00:00Z', true],
      );
      await calendar?.make('series', {
        subject: 'Stand-up',
        recurrence: {
          pattern: { kind: 'daily', interval: 1 },
          startDate: '2027-04-01',
          end: { kind: 'count', count: 600 },
          zone,
          startMinutes: 540,
          durationMinutes: 15,
          isAllDay: false,
        },
        exceptions: [],
      });
      const all = (await ask('2027-02-01', '2029-01-01')).json.value as readonly Record<string, string>[];
      assert.equal(all.length, 602, 'more than one answer of the server');
      assert.equal(new Set(all.map((one) => one.scheduledstart)).size, 602, 'each once');
      const rows = await records.retrieveMultiple({ table: 'appointment', columns: ['subject'] });
      assert.deepEqual(
        rows.rows.filter(({ subject }) => subject !== 'Meeting'),
        [],
      );
      const metadata = (await api.send('GET', '$metadata')).text;
      assert.match(
        metadata,
        /<Function Name="RetrieveExchangeAppointments">.*?<ReturnType Type="Collection\(mscrm\.crmbaseentity\)"/s,
      );
      if (whyNoSchemaCheck() === undefined) assert.equal(await scene.schemaProblems(), '');
    } finally {
      await scene.close();
    }
  });
});
