import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  answerConversationIndex,
  conversationBaseHash,
  newConversationIndex,
} from '../../../src/formats/conversation-index.ts';
import { TokenCounter } from '../../../src/pipelines/outgoing/token-counter.ts';
import type { OrganizationSettings } from '../../../src/store/organization-settings.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { CorrelationMethod } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('messages that arrive after those that answer them', () => {
  let house: IncomingHouse;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());

  let taken = 0;
  const receive = async (raws: readonly Buffer[], options: Parameters<IncomingHouse['turn']>[1] = {}) => {
    const outcome = await house.turn(scriptedServer(raws.map((raw) => ({ serverId: `s${++taken}`, raw }))), options);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    assert.equal(outcome.itemsFailed, 0);
  };
  const row = async (messageId: string): Promise<RecordOf<'email'>> => {
    const page = await house.database.records.retrieveMultiple({
      table: 'email',
      filter: { column: 'messageid', operator: 'eq', value: messageId },
    });
    assert.equal(page.rows.length, 1, messageId);
    return page.rows[0] ?? {};
  };
  const sent = (more: RecordOf<'email'>) =>
    house.database.records.create('email', {
      directioncode: true,
      statecode: 1,
      statuscode: 3,
      sender: 'anna@ours.example',
      senton: new Date('2026-01-01T08:00:00Z'),
      ownerid: { table: 'systemuser', id: seeded.anna },
      ...more,
    });
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, 9 + hour));

  test('CO-05: a reply in another mailbox before its parent is linked when the parent comes', async () => {
    await receive([rawMail({ id: 'c1@x.example', inReplyTo: 'p1@x.example', to: 'ben@ours.example', date: at(1) })], {
      mailboxid: seeded.bensMailbox,
    });
    assert.equal((await row('c1@x.example')).correlationmethod, CorrelationMethod.none);
    await receive([rawMail({ id: 'p1@x.example', date: at(0) })]);
    const [child, parent] = [await row('c1@x.example'), await row('p1@x.example')];
    assert.deepEqual(
      [child.correlationmethod, child.correlatedactivityid?.id, child.parentactivityid?.id],
      [CorrelationMethod.inReplyTo, parent.activityid, parent.activityid],
    );
    assert.equal(child.conversationtrackingid, parent.activityid);
    assert.match(child.mr_correlationevidence ?? '', /In-Reply-To names <p1@x\.example>.*arrived later/);
    const waiting = await house.database.sql('select 1 from mr_awaitedmail where emailid = $1', [child.activityid]);
    assert.equal(waiting.length, 0, 'nothing is left to wait for');
  });

  test('IN-42: what the late parent regards comes to its answers and theirs, unless a person chose', async () => {
    const root = await sent({
      subject: 'Offer',
      messageid: 'r2@ours.example',
      regardingobjectid: { table: 'account', id: seeded.customer },
      trackingtoken: 'CRM:0001777',
    });
    await receive([
      rawMail({ id: 'b2@x.example', inReplyTo: 'a2@x.example', date: at(2) }),
      rawMail({ id: 'c2@x.example', inReplyTo: 'b2@x.example', date: at(3) }),
      rawMail({ id: 'd2@x.example', inReplyTo: 'b2@x.example', date: at(4) }),
    ]);
    const d = await row('d2@x.example');
    await house.database.records.update('email', d.activityid ?? '', {
      regardingobjectid: { table: 'contact', id: seeded.carla },
    });
    await receive([rawMail({ id: 'a2@x.example', inReplyTo: 'r2@ours.example', date: at(1) })]);
    for (const id of ['a2@x.example', 'b2@x.example', 'c2@x.example', 'd2@x.example']) {
      const email = await row(id);
      assert.equal(email.conversationtrackingid, root, id);
      assert.equal(email.regardingobjectid?.id, id.startsWith('d') ? seeded.carla : seeded.customer, id);
      assert.equal(email.trackingtoken, 'CRM:0001777', id);
    }
  });

  test('CO-06: a nearer ancestor takes the place of a farther one', async () => {
    await receive([rawMail({ id: 'a3@x.example', date: at(0) })]);
    const references = '<a3@x.example> <b3@x.example> <c3@x.example>';
    await receive([rawMail({ id: 'd3@x.example', inReplyTo: 'c3@x.example', references, date: at(3) })]);
    const parentOf = async () => (await row('d3@x.example')).correlatedactivityid?.id;
    assert.equal(await parentOf(), (await row('a3@x.example')).activityid);
    await receive([rawMail({ id: 'c3@x.example', references: '<a3@x.example> <b3@x.example>', date: at(2) })]);
    assert.equal(await parentOf(), (await row('c3@x.example')).activityid);
    await receive([rawMail({ id: 'b3@x.example', references: '<a3@x.example>', date: at(1) })]);
    assert.equal(await parentOf(), (await row('c3@x.example')).activityid, 'the nearest stays');
    assert.equal((await row('c3@x.example')).correlatedactivityid?.id, (await row('b3@x.example')).activityid);
  });

  test('CO-03: a header that finds its message later replaces a link by token', async () => {
    const offer = await sent({
      subject: 'Offer CRM:0001888',
      messageid: 'r4@ours.example',
      trackingtoken: 'CRM:0001888',
    });
    await receive([
      rawMail({ id: 'b4@x.example', inReplyTo: 'a4@x.example', subject: 'RE: Offer CRM:0001888', date: at(2) }),
    ]);
    const early = await row('b4@x.example');
    assert.deepEqual(
      [early.correlationmethod, early.correlatedactivityid?.id],
      [CorrelationMethod.trackingToken, offer],
    );
    await receive([rawMail({ id: 'a4@x.example', inReplyTo: 'r4@ours.example', subject: 'RE: Offer', date: at(1) })]);
    const later = await row('b4@x.example');
    assert.equal(later.correlationmethod, CorrelationMethod.inReplyTo);
    assert.equal(later.correlatedactivityid?.id, (await row('a4@x.example')).activityid);
  });

  test('CO-30: smart matching links to an earlier message that arrives later', async () => {
    const settings: Partial<OrganizationSettings> = { smartMatchingEnabled: true };
    await receive([rawMail({ id: 'b5@x.example', subject: 'RE: Pump seven', date: at(2) })], { settings });
    await receive([rawMail({ id: 'a5@x.example', subject: 'Pump seven', date: at(1) })], { settings });
    const [first, second] = [await row('a5@x.example'), await row('b5@x.example')];
    assert.equal(first.correlationmethod, CorrelationMethod.none, 'the earlier message follows nobody');
    assert.deepEqual(
      [second.correlationmethod, second.correlatedactivityid?.id],
      [CorrelationMethod.smartMatching, first.activityid],
    );
  });

  test('CO-39: hashes older than the horizon of the organisation are not looked at', async () => {
    const settings = { ...settingsWith({ enablesmartmatching: true, mr_smartmatchingdays: 10 }) };
    await receive([rawMail({ id: 'a6@x.example', subject: 'Valve nine', date: at(1) })], { settings });
    const age = (days: number) =>
      house.database.sql(
        `update emailhash set createdon = $1::timestamptz - make_interval(days => $2::integer)
         where activityid in (select activityid from email where messageid = 'a6@x.example')`,
        [house.clock.now(), days],
      );
    await age(11);
    await receive([rawMail({ id: 'b6@x.example', subject: 'RE: Valve nine', date: at(2) })], { settings });
    assert.equal((await row('b6@x.example')).correlationmethod, CorrelationMethod.none);
    await age(9);
    await receive(
      [rawMail({ id: 'c6@x.example', subject: 'RE: Valve nine', to: 'support@ours.example', date: at(1.5) })],
      {
        settings,
      },
    );
    assert.equal((await row('c6@x.example')).correlatedactivityid?.id, (await row('a6@x.example')).activityid);
    assert.equal(settingsWith().hash.horizonDays, 90, 'ninety days unless said otherwise');
  });

  test('CO-18: after base and digits of the user number changed, answers to older mail are known by their tokens', async () => {
    const offer = await sent({
      subject: 'Old CRM:0012345',
      messageid: 'r12@ours.example',
      trackingtoken: 'CRM:0012345',
    });
    const settings = settingsWith({ trackingtokenidbase: 5000, trackingtokeniddigits: 6, mr_trackingcounterdigits: 5 });
    await receive([rawMail({ id: 'a12@x.example', subject: 'RE: Old CRM:0012345', date: at(1) })], { settings });
    assert.equal((await row('a12@x.example')).correlatedactivityid?.id, offer);
    const next = (await new TokenCounter(house.database, settings).take(seeded.anna, 1))[0];
    assert.match(next ?? '', /^CRM:0005\d{3}\d{5}$/, 'new mail is numbered anew');
  });

  test('PAIN-07: a gateway that gives our mail other Message-IDs: known by the first answer with a token, then by id', async () => {
    const offer = await sent({
      subject: 'Deal CRM:0001999',
      messageid: 'r7@ours.example',
      trackingtoken: 'CRM:0001999',
    });
    const gateway = 'gw-7@gateway.example';
    await receive([rawMail({ id: 'b7@x.example', inReplyTo: gateway, subject: 'New words', date: at(3) })]);
    assert.equal((await row('b7@x.example')).correlatedactivityid, null);
    await receive([rawMail({ id: 'a7@x.example', inReplyTo: gateway, subject: 'RE: Deal CRM:0001999', date: at(2) })]);
    const first = await row('a7@x.example');
    assert.deepEqual(
      [first.correlationmethod, first.correlatedactivityid?.id],
      [CorrelationMethod.trackingToken, offer],
    );
    const second = await row('b7@x.example');
    assert.deepEqual([second.correlationmethod, second.correlatedactivityid?.id], [CorrelationMethod.inReplyTo, offer]);
    assert.equal(second.correlatedsubjectchanged, true);
    await receive([rawMail({ id: 'c7@x.example', inReplyTo: gateway, subject: 'Others', from: 'cc@else.example' })]);
    const third = await row('c7@x.example');
    assert.equal(third.correlatedactivityid?.id, offer);
    assert.match(third.mr_correlationevidence ?? '', /by which another answer called/);
  });

  test('PAIN-07: a subject edit and an answer from another address of the person keep the thread', async () => {
    const offer = await sent({
      subject: 'Terms CRM:0001666',
      messageid: 'r8@ours.example',
      trackingtoken: 'CRM:0001666',
      regardingobjectid: { table: 'account', id: seeded.customer },
    });
    const from = 'Carla at home <carla.private@home.example>';
    await receive([
      rawMail({ id: 'a8@x.example', from, subject: 'Something else', references: '<r8@ours.example>', date: at(1) }),
      rawMail({ id: 'b8@x.example', from, subject: 'Something else CRM:0001666', date: at(2) }),
    ]);
    for (const id of ['a8@x.example', 'b8@x.example']) {
      const email = await row(id);
      assert.equal(email.correlatedactivityid?.id, offer, id);
      assert.equal(email.regardingobjectid?.id, seeded.customer, id);
      assert.equal(email.correlatedsubjectchanged, true, id);
    }
  });

  test('a link made by a person stays', async () => {
    const chosen = await sent({ subject: 'Chosen', messageid: 'r9@ours.example' });
    await receive([rawMail({ id: 'c9@x.example', inReplyTo: 'p9@x.example', date: at(1) })]);
    const child = await row('c9@x.example');
    await house.database.records.update('email', child.activityid ?? '', {
      correlatedactivityid: { table: 'email', id: chosen },
    });
    await receive([rawMail({ id: 'p9@x.example', date: at(0) })]);
    assert.equal((await row('c9@x.example')).correlatedactivityid?.id, chosen);
  });

  test('messages that name each other do not become their own ancestors', async () => {
    await receive([rawMail({ id: 'x10@x.example', inReplyTo: 'z10@x.example', date: at(0) })]);
    await receive([rawMail({ id: 'y10@x.example', inReplyTo: 'x10@x.example', date: at(1) })]);
    await receive([rawMail({ id: 'z10@x.example', inReplyTo: 'y10@x.example', date: at(2) })]);
    const parents = await Promise.all(['x10', 'y10', 'z10'].map((id) => row(`${id}@x.example`)));
    assert.ok(parents.some((email) => email.correlatedactivityid === null));
  });

  test('parent and child taken by two workers at once are linked', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [p, c] = [`p11-${round}@x.example`, `c11-${round}@x.example`];
      await Promise.all([
        receive([rawMail({ id: p, date: at(0) })]),
        receive([rawMail({ id: c, inReplyTo: p, to: 'ben@ours.example', date: at(1) })], {
          mailboxid: seeded.bensMailbox,
        }),
      ]);
      assert.equal((await row(c)).correlatedactivityid?.id, (await row(p)).activityid);
    }
  });

  test('CO-03 to CO-09: a thread replayed in any order, in any batches, ends with the same links as in order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(threadArbitrary, async (thread) => {
        run += 1;
        const expected = await replay(
          `o${run}`,
          thread,
          thread.mails.map((_, index) => [index]),
        );
        const actual = await replay(`r${run}`, thread, thread.batches);
        assert.deepEqual(actual, expected);
      }),
      { numRuns: 60, endOnFailure: true, includeErrorInReport: true },
    );
  });

  /** Links by index: what each message is linked to, by what method, in which conversation, regarding what. */
  async function replay(name: string, thread: Thread, batches: readonly (readonly number[])[]) {
    const raws = rawsOf(name, thread);
    const settings = settingsOf(thread);
    await sent({
      subject: `Offer ${name} ${tokenOf(name)}`,
      messageid: `${name}-root@ours.example`,
      trackingtoken: tokenOf(name),
      conversationindex: rootIndex(name),
      baseconversationindexhash: conversationBaseHash(rootIndex(name)) ?? null,
      regardingobjectid: { table: 'account', id: seeded.customer },
    });
    for (const batch of batches)
      await receive(
        batch.flatMap((index) => raws[index] ?? []),
        { settings },
      );
    const page = await house.database.records.retrieveMultiple({
      table: 'email',
      filter: { column: 'messageid', operator: 'startsWith', value: `${name}-` },
    });
    const nameOf = new Map(page.rows.map((email) => [email.activityid, email.messageid?.replace(`${name}-`, '')]));
    return page.rows
      .map((email) => ({
        id: email.messageid?.replace(`${name}-`, ''),
        method: email.correlationmethod ?? null,
        linked: nameOf.get(email.correlatedactivityid?.id ?? null) ?? null,
        parent: nameOf.get(email.parentactivityid?.id ?? null) ?? null,
        conversation: nameOf.get(email.conversationtrackingid ?? null) ?? null,
        regarding: email.regardingobjectid?.id ?? null,
      }))
      .sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1));
  }
});

interface ThreadMail {
  /** Index of the message it answers; -1 for the email that we sent, -2 for none. */
  readonly parent: number;
  readonly inReplyTo: boolean;
  readonly references: 'all' | 'short' | 'none';
  readonly index: boolean;
  readonly token: boolean;
  readonly subject: 'reply' | 'edited' | 'forward';
}

interface Thread {
  readonly mails: readonly ThreadMail[];
  readonly batches: readonly (readonly number[])[];
  readonly skipForwards: boolean;
}

const threadArbitrary: fc.Arbitrary<Thread> = fc
  .integer({ min: 2, max: 8 })
  .chain((count) =>
    fc.record({
      mails: fc.tuple(
        ...Array.from({ length: count }, (_, at) =>
          fc.record({
            parent: fc.integer({ min: -2, max: at - 1 }),
            inReplyTo: fc.boolean(),
            references: fc.constantFrom('all' as const, 'short' as const, 'none' as const),
            index: fc.boolean(),
            token: fc.boolean(),
            subject: fc.constantFrom('reply' as const, 'edited' as const, 'forward' as const),
          }),
        ),
      ),
      order: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
      cuts: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      skipForwards: fc.boolean(),
    }),
  )
  .map(({ mails, order, cuts, skipForwards }) => ({ mails, skipForwards, batches: batchesOf(order, cuts) }));

function batchesOf(order: readonly number[], cuts: readonly boolean[]): number[][] {
  const batches: number[][] = [[]];
  order.forEach((index, at) => {
    if (cuts[at]) batches.push([]);
    batches.at(-1)?.push(index);
  });
  return batches.filter((batch) => batch.length > 0);
}

const settingsOf = (thread: Thread): OrganizationSettings =>
  settingsWith({
    orgdborgsettings: `<OrgSettings><DoNotCorrelateForwardedEmailsAsReplies>${thread.skipForwards}</DoNotCorrelateForwardedEmailsAsReplies></OrgSettings>`,
  });

/** A token of digits out of a run's name. */
const tokenOf = (name: string): string => `CRM:${name.startsWith('o') ? 1 : 0}${name.slice(1).padStart(6, '0')}`;

const rootIndex = (name: string): string =>
  newConversationIndex(new Date('2026-01-01T08:00:00Z'), Buffer.from(name.padEnd(16, '.')));

function rawsOf(name: string, thread: Thread): Buffer[] {
  const ids = (index: number): string => (index === -1 ? `${name}-root@ours.example` : `${name}-${index}@x.example`);
  const chain = (index: number): string[] => {
    const parent = thread.mails[index]?.parent ?? -2;
    return parent === -2 ? [] : [...chain(parent), ids(parent)];
  };
  const indexes = new Map<number, string>([[-1, rootIndex(name)]]);
  return thread.mails.map((mail, at) => {
    const sentOn = new Date(Date.UTC(2026, 0, 1, 9, at));
    const above = chain(at);
    const parentIndex = indexes.get(mail.parent);
    if (mail.index && parentIndex !== undefined) indexes.set(at, answerConversationIndex(parentIndex, sentOn, at));
    const own = indexes.get(at);
    const words =
      mail.subject === 'edited' ? `Words ${at}` : `${mail.subject === 'reply' ? 'RE' : 'FW'}: Offer ${name}`;
    const named = mail.references === 'all' ? above : mail.references === 'short' ? above.slice(-2) : [];
    return rawMail({
      id: ids(at),
      date: sentOn,
      to: at % 2 === 0 ? 'support@ours.example' : 'anna@ours.example, support@ours.example',
      subject: mail.token && mail.parent !== -2 ? `${words} ${tokenOf(name)}` : words,
      ...(mail.inReplyTo && above.length > 0 ? { inReplyTo: above.at(-1) ?? '' } : {}),
      ...(named.length > 0 ? { references: named.map((id) => `<${id}>`).join(' ') } : {}),
      ...(own === undefined ? {} : { headers: { 'Thread-Index': own } }),
    });
  });
}
