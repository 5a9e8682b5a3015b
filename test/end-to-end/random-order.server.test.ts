import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openPop3 } from '../../src/connectors/pop3/open-pop3.ts';
import type { Endpoint } from '../../src/contracts/connector.ts';
import { conversationBaseHash } from '../../src/formats/conversation-index.ts';
import { parseMailSync } from '../../src/formats/mime-parse.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { openHouse } from '../pipelines/incoming/incoming-fixtures.ts';
import { seeded } from '../support/organisation.ts';
import { type ListMail, type MailingList, seededRandom, shuffled, writeMailingList } from './mailing-list.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const corpus = fileURLToPath(new URL('../../../shared/corpora/mime/everyday', import.meta.url));

/** How a message is linked in the end, in terms that are the same in every database. */
interface Link {
  readonly parent: string | undefined;
  /** Message-ID of the email that its conversation is named after. */
  readonly thread: string | undefined;
  readonly regarding: string | undefined;
  readonly method: number | null | undefined;
}

describe('threads replayed in random order through Dovecot POP3', { skip }, () => {
  let server: DovecotServer;
  let boxes = 0;
  before(async () => {
    server = await startDovecot();
  });
  after(() => server?.stop());

  const endpoint = (username: string): Endpoint => ({
    host: 'localhost',
    port: server.ports.pop3s,
    security: 'tls',
    signIn: { kind: 'password', username, password: server.password },
    timeoutMs: 10_000,
    maxMessageBytes: 50 * 1024 * 1024,
    caPem: server.caPem,
  });

  /** Delivers the portions one after the other, with turns after each, and tells the links at the end. */
  async function replay(
    ours: MailingList['ours'],
    portions: readonly (readonly ListMail[])[],
    maxItems: number,
  ): Promise<ReadonlyMap<string, Link>> {
    const house = await openHouse();
    boxes += 1;
    const box = `replay${boxes}@ours.example`;
    const connect = () => openPop3(endpoint(box), new AbortController().signal);
    try {
      await house.database.records.update('mailbox', seeded.supportMailbox, {
        processemailreceivedafter: new Date('1990-01-01T00:00:00Z'),
      });
      for (const { id, subject, index } of ours) {
        await house.database.records.create('email', {
          subject,
          messageid: id,
          directioncode: true,
          statecode: 1,
          statuscode: 3,
          conversationindex: index,
          baseconversationindexhash: conversationBaseHash(index) ?? null,
          regardingobjectid: { table: 'account', id: seeded.customer },
        });
      }
      for (const portion of portions) {
        for (const mail of portion) await server.addMessage(box, mail.raw);
        for (let more = true; more; ) {
          const outcome = await house.turn({ connect }, { maxItems });
          assert.equal(outcome.error, undefined, outcome.error?.message);
          assert.equal(outcome.itemsFailed, 0);
          more = outcome.more;
        }
        await house.clock.advance(60_000);
      }
      return await links(house.database.records);
    } finally {
      await house.close();
    }
  }

  type Records = Awaited<ReturnType<typeof openHouse>>['database']['records'];

  async function links(records: Records): Promise<ReadonlyMap<string, Link>> {
    const { rows } = await records.retrieveMultiple({
      table: 'email',
      columns: [
        'activityid',
        'messageid',
        'correlatedactivityid',
        'conversationtrackingid',
        'regardingobjectid',
        'correlationmethod',
      ],
    });
    const messageIds = new Map(rows.map((row) => [row.activityid, row.messageid ?? '']));
    return new Map(
      rows.map((row) => [
        row.messageid ?? '',
        {
          parent: messageIds.get(row.correlatedactivityid?.id),
          thread: messageIds.get(row.conversationtrackingid ?? ''),
          regarding: row.regardingobjectid?.id,
          method: row.correlationmethod,
        },
      ]),
    );
  }

  function assertSame(got: ReadonlyMap<string, Link>, wanted: ReadonlyMap<string, Link>, what: string): void {
    const sorted = (map: ReadonlyMap<string, Link>) => [...map].sort(([one], [other]) => (one < other ? -1 : 1));
    assert.deepEqual(sorted(got), sorted(wanted), what);
  }

  /** Portions of 1 to 40 messages. */
  function cut(mails: readonly ListMail[], random: () => number): ListMail[][] {
    const portions: ListMail[][] = [];
    for (let at = 0; at < mails.length; ) {
      const size = 1 + Math.floor(random() * 40);
      portions.push(mails.slice(at, at + size));
      at += size;
    }
    return portions;
  }

  for (const seed of [1, 2]) {
    test(`CO-05, CO-06, CO-07, IN-42: a mailing list in any order ends with the same links (seed ${seed})`, async (context) => {
      const random = seededRandom(seed);
      const list = writeMailingList(random, 120);
      const inOrder = await replay(list.ours, [list.mails], 1000);
      const linked = [...inOrder.values()].filter((link) => link.parent !== undefined);
      context.diagnostic(`${list.mails.length} messages, ${linked.length} linked`);
      assert.equal(inOrder.size, list.mails.length + list.ours.length);
      assert.ok(linked.length > 60, 'most messages of a list answer another one');
      assert.ok(linked.some((link) => link.regarding === seeded.customer));
      const oneByOne = await replay(
        list.ours,
        list.mails.map((mail) => [mail]),
        1000,
      );
      assertSame(oneByOne, inOrder, 'one by one');
      for (let round = 0; round < 2; round += 1) {
        const portions = cut(shuffled(list.mails, random), random);
        assertSame(await replay(list.ours, portions, 1 + Math.floor(random() * 30)), inOrder, `round ${round}`);
      }
      const backwards = [...list.mails].reverse();
      assertSame(await replay(list.ours, cut(backwards, random), 50), inOrder, 'the newest first');
    });
  }

  const noCorpus = existsSync(corpus) ? false : 'no mail corpus beside the repository';
  test('CO-05: real threads in any order end with the same links', { skip: noCorpus }, async (context) => {
    const mails = realThreads();
    const inOrder = await replay([], [mails], 1000);
    const linked = [...inOrder.values()].filter((link) => link.parent !== undefined).length;
    context.diagnostic(`${mails.length} messages, ${linked} linked`);
    assert.ok(linked > 0);
    const random = seededRandom(7);
    for (let round = 0; round < 2; round += 1) {
      assertSame(await replay([], cut(shuffled(mails, random), random), 20), inOrder, `round ${round}`);
    }
  });
});

/** Messages of the corpus that belong to another one of it, by date. */
function realThreads(): readonly ListMail[] {
  const index = readFileSync(`${corpus}.expect.jsonl`, 'utf8').trim().split('\n');
  const read = index.flatMap((line) => {
    const { file } = JSON.parse(line) as { file: string };
    const raw = readFileSync(`${corpus}/${file}`);
    const message = parseMailSync(raw);
    return message.messageId === '' ? [] : [{ id: message.messageId, raw, message }];
  });
  const byId = new Map(read.map((mail) => [mail.id, mail]));
  const wanted = new Set<string>();
  for (const { id, message } of byId.values()) {
    const parents = [message.inReplyTo, ...message.references].filter((one) => byId.has(one) && one !== id);
    for (const one of parents.length > 0 ? [id, ...parents] : []) wanted.add(one);
  }
  return [...byId.values()]
    .filter(({ id }) => wanted.has(id))
    .sort((one, other) => (one.message.date?.getTime() ?? 0) - (other.message.date?.getTime() ?? 0));
}
