import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type PreviewStep, previewMail } from '../../../src/pipelines/incoming/preview.ts';
import type { PreviewedMail } from '../../../src/pipelines/incoming/previewed-mail.ts';
import { askRevisit } from '../../../src/pipelines/incoming/revisit.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const since = new Date('2026-01-01T00:00:00Z');

describe('preview of a mailbox', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  async function preview(
    server: ScriptedServer,
    kind: 'backfill' | 'reevaluation' = 'backfill',
    mailboxid: string = seeded.annasMailbox,
  ): Promise<{ readonly mails: readonly PreviewedMail[]; readonly steps: readonly PreviewStep[] }> {
    const { database, clock } = house;
    const connector = await server.connect();
    assert.ok(connector.retriever);
    const context = {
      database,
      clock,
      mailbox: (await database.records.retrieve('mailbox', mailboxid)) ?? {},
      profile: (await database.records.retrieve('emailserverprofile', seeded.profile)) ?? {},
      settings: settingsWith(),
      signal: new AbortController().signal,
      retriever: connector.retriever,
    };
    const steps: PreviewStep[] = [];
    for await (const step of previewMail(context, { kind, since })) steps.push(step);
    await connector.close();
    return { mails: steps.flatMap((step) => step.mails), steps };
  }

  /** How many rows every table has, and the state of the server. */
  const everything = async (server: ScriptedServer): Promise<unknown> => {
    const tables = await house.database.sql<{ name: string }>(
      "select relname as name from pg_stat_user_tables where relname like 'mr\\_%' or relname in ('email', 'queueitem', 'activityparty', 'mailbox')",
    );
    const counts: Record<string, unknown> = {};
    for (const { name } of tables) {
      counts[name] = (
        await house.database.sql<{ digest: string }>(
          `select count(*) || ' ' || coalesce(max(t::text), '') as digest from ${name} t`,
        )
      )[0]?.digest;
    }
    return [counts, server.mails.map(({ serverId }) => serverId)];
  };

  const toAnna = { to: 'anna@ours.example' };
  const threads = (): ScriptedServer =>
    scriptedServer([
      { serverId: 'old', raw: rawMail({ ...toAnna, id: 'old@x.example', date: new Date('2025-12-31T08:00:00Z') }) },
      { serverId: 'news', raw: rawMail({ ...toAnna, id: 'news@x.example', subject: 'News' }) },
      { serverId: 'answer', raw: rawMail({ ...toAnna, id: 'answer@x.example', inReplyTo: 'offer@ours.example' }) },
      { serverId: 'again', raw: rawMail({ ...toAnna, id: 'again@x.example', inReplyTo: 'answer@x.example' }) },
      { serverId: 'copy', raw: rawMail({ ...toAnna, id: 'again@x.example', inReplyTo: 'answer@x.example' }) },
      {
        serverId: 'nobody',
        raw: rawMail({ ...toAnna, id: 'x@x.example', from: 'x', inReplyTo: 'offer@ours.example' }),
      },
    ]);
  const sendOffer = () =>
    house.database.records.create('email', {
      subject: 'Our offer',
      directioncode: true,
      statecode: 1,
      statuscode: 3,
      messageid: 'offer@ours.example',
    });

  test('it tells what a backfill would make of each message, answers to what it would track included, and writes nothing', async () => {
    await sendOffer();
    const server = threads();
    const before = await everything(server);
    const { mails, steps } = await preview(server);
    assert.deepEqual(
      mails.map((one) => [one.messageId, one.verdict, one.code, one.linkedTo]),
      [
        ['news@x.example', 'notTracked', 'NoCorrelationMatch', ''],
        ['answer@x.example', 'tracked', 'Accepted', 'Our offer'],
        ['again@x.example', 'tracked', 'Accepted', 'A question'],
        ['x@x.example', 'quarantined', 'InvalidSender', 'Our offer'],
      ],
    );
    assert.match(mails[0]?.reason ?? '', /Anna Ours takes answers to tracked email only/);
    assert.deepEqual([steps[0]?.total, steps.at(-1)?.done], [6, 6]);
    assert.deepEqual(await everything(server), before);
    assert.ok(!server.fetched.includes('news'), 'PAIN-18: what nobody takes is told by its head');

    await house.database.transaction((scope) =>
      askRevisit(scope, seeded.annasMailbox, { kind: 'backfill', since, askedOn: house.clock.now() }),
    );
    const annas = { mailboxid: seeded.annasMailbox };
    await house.turn(server, annas);
    const made = (await house.emails()).filter((email) => email.directioncode === false);
    assert.deepEqual(
      made.map((email) => email.messageid),
      ['again@x.example', 'answer@x.example'],
      'the backfill does what its preview said',
    );
    const after = await preview(server);
    assert.deepEqual(after.mails.map((one) => one.verdict).sort(), [
      'alreadyTracked',
      'alreadyTracked',
      'alreadyTracked',
      'decidedBefore',
      'quarantined',
    ]);
  });

  test('TE-09: the preview of a re-evaluation asks the filters anew and counts what was deleted here', async () => {
    const server = scriptedServer([
      { serverId: 'a', raw: rawMail({ id: 'a@x.example' }) },
      { serverId: 'b', raw: rawMail({ id: 'b@x.example', from: 'who@else.example' }) },
    ]);
    await house.database.records.update('queue', seeded.support, { incomingemailfilteringmethod: 2 });
    await house.turn(server);
    const [email] = await house.emails();
    await house.database.records.delete('email', email?.activityid ?? '');
    await house.database.records.update('queue', seeded.support, { incomingemailfilteringmethod: 0 });
    const verdicts = async (kind: 'backfill' | 'reevaluation') =>
      (await preview(server, kind, seeded.supportMailbox)).mails.map((one) => one.verdict);
    assert.deepEqual(await verdicts('backfill'), ['decidedBefore', 'decidedBefore']);
    assert.deepEqual(await verdicts('reevaluation'), ['tracked', 'tracked']);
  });

  test('messages that cannot be had or are too large are told, and do not end it', async () => {
    const server = scriptedServer([
      { serverId: 'refused', raw: rawMail({ id: 'r@x.example' }) },
      { serverId: 'large', raw: rawMail({ id: 'l@x.example' }), sizeBytes: 900_000_000 },
      { serverId: 'fine', raw: rawMail({ id: 'f@x.example' }) },
    ]);
    server.refused.add('refused');
    const { mails } = await preview(server, 'backfill', seeded.supportMailbox);
    assert.deepEqual(
      mails.map((one) => [one.serverId, one.verdict, one.code]),
      [
        ['refused', 'quarantined', 'mr_Pop3Refused'],
        ['large', 'quarantined', '8005E237'],
        ['fine', 'tracked', 'Accepted'],
      ],
    );
  });

  test('a server that gives no heads is previewed by whole messages', async () => {
    await sendOffer();
    const server = threads();
    server.hasHeads = false;
    const { mails } = await preview(server);
    assert.deepEqual(
      mails.map((one) => one.verdict),
      ['notTracked', 'tracked', 'tracked', 'quarantined'],
    );
    assert.equal(server.fetched.length, 6);
  });
});
