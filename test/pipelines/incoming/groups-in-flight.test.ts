import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CorrelationMethod } from '../../../src/tables/choices.ts';
import { seededRandom } from '../../end-to-end/mailing-list.ts';
import { seeded } from '../../support/organisation.ts';
import { faultyDatabase } from './faulty-database.ts';
import { type IncomingHouse, openHouse, rawMail, sentOn } from './incoming-fixtures.ts';
import { type ScriptedMail, scriptedServer } from './scripted-server.ts';

/** Messages: more than four transactions' worth, so that several groups are on their way at a time. */
const count = 460;

interface Letter {
  readonly number: number;
  readonly answers: number | undefined;
}

const idOf = (number: number): string => `m${number}@customer.example`;

function mailOf({ number, answers }: Letter, serverId = `uid${number}`): ScriptedMail {
  const at = new Date(sentOn.getTime() + number * 1000);
  const link = answers === undefined ? {} : { inReplyTo: idOf(answers), references: `<${idOf(answers)}>` };
  return { serverId, raw: rawMail({ id: idOf(number), subject: `Message ${number}`, date: at, ...link }) };
}

/** Two of three answer one of the 150 messages before: many of those are in the group before, a few in the same one. */
function letters(random: () => number): Letter[] {
  return Array.from({ length: count }, (_, number) => ({
    number,
    answers: number > 0 && random() < 0.66 ? Math.max(0, number - 1 - Math.floor(random() * 150)) : undefined,
  }));
}

interface Link {
  readonly parent: string | undefined;
  readonly thread: string | undefined;
  readonly method: number | null | undefined;
}

async function linksOf(house: IncomingHouse): Promise<ReadonlyMap<string, Link>> {
  const emails = await house.emails();
  const byId = new Map(emails.map((email) => [email.activityid ?? '', email.messageid ?? '']));
  return new Map(
    emails.map((email) => [
      email.messageid ?? '',
      {
        parent: byId.get(email.correlatedactivityid?.id ?? ''),
        thread: byId.get(email.conversationtrackingid ?? ''),
        method: email.correlationmethod,
      },
    ]),
  );
}

/** What the messages themselves say. */
function wantedLinks(all: readonly Letter[]): ReadonlyMap<string, Link> {
  const root = (number: number): number => {
    const { answers } = all[number] ?? { answers: undefined };
    return answers === undefined ? number : root(answers);
  };
  return new Map(
    all.map(({ number, answers }) => [
      idOf(number),
      {
        parent: answers === undefined ? undefined : idOf(answers),
        thread: idOf(root(number)),
        method: answers === undefined ? CorrelationMethod.none : CorrelationMethod.inReplyTo,
      },
    ]),
  );
}

const sorted = (links: ReadonlyMap<string, Link>) => [...links].sort(([one], [other]) => (one < other ? -1 : 1));

async function inHouse(work: (house: IncomingHouse) => Promise<void>): Promise<void> {
  const house = await openHouse();
  try {
    await work(house);
  } finally {
    await house.close();
  }
}

describe('incoming turn: several groups on their way', () => {
  test('CO-05, IN-30: answers find messages of groups that are not committed yet, and each becomes one email', () =>
    inHouse(async (house) => {
      const all = letters(seededRandom(1));
      const outcome = await house.turn(scriptedServer(all.map((one) => mailOf(one))));
      assert.deepEqual([outcome.error, outcome.itemsProcessed, outcome.itemsFailed], [undefined, count, 0]);
      assert.deepEqual(sorted(await linksOf(house)), sorted(wantedLinks(all)));
      const late = await house.database.sql<{ n: number }>(
        "select count(*)::int as n from email where mr_correlationevidence like '%arrived later%'",
      );
      assert.equal(late[0]?.n, 0, 'nothing had to be linked anew');
      assert.equal((await house.queueItems()).length, count);
      assert.equal((await house.decisions()).length, count);
    }));

  test('CO-03, IN-42: the links are the same when messages come before those they answer', () =>
    inHouse(async (house) => {
      const random = seededRandom(2);
      const all = letters(random);
      const mixed = all.map((one) => ({ one, at: one.number + random() * 200 })).sort((a, b) => a.at - b.at);
      const outcome = await house.turn(scriptedServer(mixed.map(({ one }) => mailOf(one))));
      assert.deepEqual([outcome.error, outcome.itemsProcessed], [undefined, count]);
      assert.deepEqual(sorted(await linksOf(house)), sorted(wantedLinks(all)));
    }));

  test('IN-30, PAIN-02: what comes twice in different groups is one email; a faulty message costs nobody else anything', () =>
    inHouse(async (house) => {
      const all = letters(seededRandom(3));
      const faulty = 150;
      const twice = [40, 130, 131, 260].map((number) => all[number] as Letter);
      const server = scriptedServer([
        ...all.slice(0, 300).map((one) => mailOf(one)),
        ...twice.map((one) => mailOf(one, `again${one.number}`)),
        ...all.slice(300).map((one) => mailOf(one)),
      ]);
      const database = faultyDatabase(house.database, { poison: new Set([`Message ${faulty}`]) });
      const outcome = await house.turn(server, { database });
      assert.deepEqual([outcome.error, outcome.itemsFailed], [undefined, 1]);
      const links = new Map(wantedLinks(all));
      links.delete(idOf(faulty));
      const got = await linksOf(house);
      assert.deepEqual([...got.keys()].sort(), [...links.keys()].sort());
      const orphans = all.filter(({ answers }) => answers === faulty).map(({ number }) => idOf(number));
      for (const [id, { parent }] of got) {
        assert.equal(parent, orphans.includes(id) ? undefined : links.get(id)?.parent, id);
      }
      assert.equal((await house.queueItems()).length, count - 1);
      assert.equal(await house.database.sightings.count(seeded.supportMailbox), count + twice.length);
    }));

  test('IN-30, AR-12: a connection lost in the middle leaves whole groups, and the next turn completes them', () =>
    inHouse(async (house) => {
      const all = letters(seededRandom(4));
      const server = scriptedServer(all.map((one) => mailOf(one)));
      const lossy = faultyDatabase(house.database, { loses: (transaction) => transaction === 4 });
      const broken = await house.turn(server, { database: lossy });
      assert.equal(broken.error?.code, 'mr_DatabaseUnavailable');
      const kept = (await house.emails()).length;
      assert.ok(kept > 0 && kept < count && kept % 100 === 0, `${kept} emails`);
      assert.equal((await house.turn(server)).error, undefined);
      assert.deepEqual(sorted(await linksOf(house)), sorted(wantedLinks(all)));
      assert.equal((await house.queueItems()).length, count);
    }));

  test('QU-05, IN-30: emails that another mailbox stores meanwhile are not doubled and lie in the queues of both', () =>
    inHouse(async (house) => {
      const all = letters(seededRandom(5));
      const both = all.map((one) => {
        const { serverId, raw } = mailOf(one);
        return {
          serverId,
          raw: Buffer.from(raw.toString().replace('To: support@', 'To: sales@ours.example, support@')),
        };
      });
      const outcomes = await Promise.all([
        house.turn(scriptedServer(both)),
        house.turn(scriptedServer(both), { mailboxid: seeded.salesMailbox }),
      ]);
      for (const { error, itemsFailed } of outcomes) assert.deepEqual([error, itemsFailed], [undefined, 0]);
      assert.deepEqual(sorted(await linksOf(house)), sorted(wantedLinks(all)));
      assert.equal((await house.decisions()).length, 2 * count);
      const items = (await house.queueItems()).map((row) => `${row.objectid?.id} ${row.queueid?.id}`);
      assert.equal(new Set(items).size, items.length);
      assert.equal(items.length, 2 * count);
    }));
});
