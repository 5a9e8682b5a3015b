import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { evaluateSent, type SentFacts } from '../../../../src/pipelines/incoming/tracking/evaluate-sent.ts';
import { FilterOption } from '../../../../src/tables/choices.ts';
import { seeded } from '../../../support/organisation.ts';
import { settingsWith } from '../incoming-fixtures.ts';
import { anna, ben, type ExchangeScene, openScene, support } from './exchange-scene.ts';

const on = settingsWith({
  orgdborgsettings: '<OrgSettings><AutoTrackSentFolderItems>true</AutoTrackSentFolderItems></OrgSettings>',
});

test('SI-02: the five filters of the mailbox, asked about the recipients', () => {
  const startOn = new Date('2026-01-01T00:00:00Z');
  const facts = (filter: number, more: Partial<SentFacts>): SentFacts => ({
    isMeetingMessage: false,
    isOwnTest: false,
    isRightsProtected: false,
    sentOn: startOn,
    startOn,
    recipientTables: [[]],
    mailboxOwner: {
      reference: { table: 'systemuser', id: 'a' },
      kind: 'user',
      name: 'Anna',
      filter,
      receives: true,
      owner: undefined,
    },
    isCorrelated: false,
    ...more,
  });
  const said = (
    filter: number,
    more: Partial<SentFacts> = {},
    correlationEnabled = true,
    RestrictIRMEmailItems = false,
  ) => evaluateSent(facts(filter, more), { correlationEnabled, switches: { RestrictIRMEmailItems } }).code;
  const customer = { recipientTables: [[], ['contact']] };
  const colleague = { recipientTables: [['systemuser']] };
  assert.equal(said(FilterOption.all), 'Accepted');
  assert.equal(said(FilterOption.inResponse), 'NoCorrelationMatch');
  assert.equal(said(FilterOption.inResponse, { isCorrelated: true }), 'Accepted');
  assert.equal(said(FilterOption.inResponse, { isCorrelated: true }, false), 'NoCorrelationMatch');
  assert.equal(said(FilterOption.fromPeople), 'SenderNotKnown');
  assert.equal(said(FilterOption.fromPeople, colleague), 'SenderNotKnown');
  assert.equal(said(FilterOption.fromPeople, customer), 'Accepted');
  assert.equal(said(FilterOption.fromEmailEnabled), 'SenderNotKnown');
  assert.equal(said(FilterOption.fromEmailEnabled, colleague), 'Accepted');
  assert.equal(said(FilterOption.none, customer), 'FilterNone');
  assert.equal(said(FilterOption.all, { isMeetingMessage: true }), 'MeetingMessage');
  assert.equal(said(FilterOption.all, { isOwnTest: true }), 'OwnTestMessage');
  assert.equal(said(FilterOption.all, { isRightsProtected: true }), 'Accepted');
  assert.equal(said(FilterOption.all, { isRightsProtected: true }, true, true), 'RightsProtected', 'ST-20');
  assert.equal(said(FilterOption.all, {}, true, true), 'Accepted', 'ST-20: other mail');
  assert.equal(said(FilterOption.all, { sentOn: new Date(0) }), 'BeforeStartDate');
  assert.equal(said(FilterOption.all, { mailboxOwner: undefined }), 'NoRecipientMatch');
});

describe('Sent Items over Exchange', () => {
  let scene: ExchangeScene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  test('SI-01, SI-03, IN-03: with the switch what was sent elsewhere becomes a sent email, without it not', async () => {
    scene.put(ben, 'sentitems', { id: 'one@ours.example', from: ben, to: 'carla@customer.example' });
    await scene.runAll(ben);
    assert.equal((await scene.emails()).length, 0);
    await scene.runAll(ben, { settings: on });
    const [email] = await scene.emails();
    assert.equal(email?.directioncode, true);
    assert.equal(email?.statuscode, 3);
    assert.equal(email?.ownerid?.id, seeded.ben);
    assert.match((await scene.decision(ben, 'one@ours.example'))?.mr_reason ?? '', /takes all messages, sent ones too/);
    await scene.runAll(ben, { settings: on });
    assert.equal((await scene.emails()).length, 1);
    assert.deepEqual(scene.categories(ben, 'one@ours.example'), ['Tracked to Dynamics 365']);
  });

  test('SI-02: an answer to a tracked email is tracked, linked and about the same; other mail of Anna is not', async () => {
    const { records } = scene.database;
    scene.deliver(ben, { id: 'asked@x.example', from: 'carla@customer.example', to: `${ben}, ${anna}` });
    await scene.runAll(ben, { settings: on });
    const [asked] = (await records.retrieveMultiple({ table: 'email', columns: ['activityid'] })).rows;
    await records.update('email', asked?.activityid ?? '', {
      regardingobjectid: { table: 'account', id: seeded.customer },
    });
    scene.put(anna, 'sentitems', {
      id: 'answer@ours.example',
      from: anna,
      to: 'carla@customer.example',
      inReplyTo: '<asked@x.example>',
    });
    scene.put(anna, 'sentitems', { id: 'other@ours.example', from: anna, to: 'carla@customer.example' });
    await scene.runAll(anna, { settings: on });
    const answer = await scene.email('answer@ours.example');
    assert.equal(answer?.correlatedactivityid?.id, asked?.activityid);
    assert.equal(answer?.regardingobjectid?.id, seeded.customer);
    assert.equal(await scene.email('other@ours.example'), undefined);
    const decision = await scene.decision(anna, 'other@ours.example');
    assert.equal(decision?.mr_reasoncode, 'NoCorrelationMatch');
  });

  test('SI-04: what Mailroom sent itself is known by its Message-ID and only marked', async () => {
    await scene.database.records.createMany('email', [
      {
        subject: 'Ours',
        messageid: 'ours@ours.example',
        mr_identity: 'ours@ours.example',
        directioncode: true,
        statecode: 1,
        statuscode: 3,
        ownerid: { table: 'systemuser', id: seeded.ben },
        senton: new Date('2026-01-02T09:00:00Z'),
      },
    ]);
    scene.put(ben, 'sentitems', { id: 'ours@ours.example', from: ben, to: 'carla@customer.example' });
    await scene.runAll(ben, { settings: on });
    assert.equal((await scene.emails()).length, 1);
    assert.deepEqual(scene.categories(ben, 'ours@ours.example'), ['Tracked to Dynamics 365']);
  });

  test('SI-05: a queue is treated as a user; its queue gets no item for what it sent', async () => {
    scene.put(support, 'sentitems', { id: 'one@ours.example', from: support, to: 'carla@customer.example' });
    await scene.runAll(support, { settings: on });
    assert.equal((await scene.email('one@ours.example'))?.directioncode, true);
    assert.equal((await scene.queueItems()).length, 0);
  });

  test('IN-33: sent to a colleague it is two emails, the one sent and the one received', async () => {
    scene.put(ben, 'sentitems', { id: 'one@ours.example', from: ben, to: `${support}, ${ben}` });
    scene.deliver(support, { id: 'one@ours.example', from: ben, to: `${support}, ${ben}` });
    scene.deliver(ben, { id: 'one@ours.example', from: ben, to: `${support}, ${ben}` });
    for (const address of [ben, support, ben]) await scene.runAll(address, { settings: on });
    assert.deepEqual((await scene.emails()).map(({ directioncode }) => directioncode).toSorted(), [false, true]);
  });

  test('TE-09: a re-evaluation from an earlier date takes in Sent Items and tracked folders as well', async () => {
    const folder = scene.folder(ben, 'Project');
    await scene.rule(ben, folder);
    scene.put(ben, folder, { id: 'filed@x.example', from: 'nora@nowhere.example' });
    scene.put(ben, 'sentitems', { id: 'sent@ours.example', from: ben, to: 'carla@customer.example' });
    const start = (on_: Date) =>
      scene.database.records.update('mailbox', seeded.bensMailbox, { processemailreceivedafter: on_ });
    await start(new Date(scene.clock.now().getTime() + 3_600_000));
    await scene.runAll(ben, { settings: on });
    assert.equal((await scene.emails()).length, 0);
    await scene.database.records.update('mailbox', seeded.bensMailbox, {
      mr_revisitkind: 100000001,
      mr_revisitfrom: new Date('2025-01-01T00:00:00Z'),
      mr_revisitaskedon: scene.clock.now(),
    });
    await scene.runAll(ben, { settings: on });
    assert.deepEqual(
      (await scene.emails()).map(({ messageid }) => messageid),
      ['filed@x.example', 'sent@ours.example'],
    );
  });
});
