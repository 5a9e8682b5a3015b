import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openImap } from '../../../src/connectors/imap/open-imap.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import { type DovecotServer, startDovecot } from '../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../testbed/servers/require-server.ts';
import { type CommandLog, commandLogSettings, keepCommandLog } from '../../connectors/imap/command-log.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-imapd');
const user = 'support';

describe('PAIN-09: a mailbox with a new UIDVALIDITY on a real Dovecot', { skip }, () => {
  let server: DovecotServer;
  let house: IncomingHouse;
  let log: CommandLog;

  before(async () => {
    server = await startDovecot({ extra: commandLogSettings });
    house = await openHouse();
    await server.addMessage(user, mailOf(1));
    log = keepCommandLog(server, user);
  });
  after(async () => {
    await house?.close();
    await server?.stop();
  });

  const open = (): Promise<Connector> =>
    openImap(
      {
        host: 'localhost',
        port: server.ports.imaps,
        security: 'tls',
        signIn: { kind: 'password', username: user, password: server.password },
        timeoutMs: 10_000,
        maxMessageBytes: 1024 * 1024,
        caPem: server.caPem,
      },
      new AbortController().signal,
    );
  const bodies = (commands: readonly string[]): readonly string[] =>
    commands.filter((line) => /BODY(\.PEEK)?\[\]|RFC822(\.TEXT)?( |\))|BODY(\.PEEK)?\[TEXT/i.test(line));
  const turn = async (maxItems?: number): Promise<readonly string[]> => {
    const outcome = await house.turn({ connect: open }, maxItems === undefined ? {} : { maxItems });
    assert.equal(outcome.error, undefined);
    return log.take();
  };
  const sightings = () => house.database.sightings.count(seeded.supportMailbox);
  const cursor = async (): Promise<string> =>
    (await house.database.sql<{ value: string }>("select value from mr_cursor where name = 'inbox'"))[0]?.value ?? '';

  test('IN-04: a pass without change asks for nothing but the mailbox itself', async () => {
    for (let number = 2; number <= 12; number += 1) await server.addMessage(user, mailOf(number));
    assert.ok(bodies(await turn()).length > 0);
    assert.equal((await house.emails()).length, 12);
    const before = await cursor();
    assert.match(before, /^\d+:12:\d+:13$/, 'the cursor holds UIDVALIDITY, last UID, MODSEQ and UIDNEXT');
    const commands = await turn();
    assert.deepEqual(
      commands.filter((line) => /FETCH|SEARCH|STATUS/i.test(line)),
      [],
    );
    assert.equal(await cursor(), before);
  });

  test('nothing lost, nothing doubled, no body fetched again', async () => {
    await server.renumber(user);
    await server.addMessage(user, mailOf(13));
    const commands = await turn();
    const fetched = bodies(commands);
    assert.equal(fetched.length, 1, commands.join('\n'));
    assert.match(fetched[0] ?? '', /UID FETCH \d+ /, 'the new message alone');
    const subjects = (await house.emails()).map(({ subject }) => subject);
    assert.deepEqual(subjects, [...new Set(subjects)]);
    assert.equal(subjects.length, 13);
    assert.equal(await sightings(), 13);
    assert.deepEqual(bodies(await turn()), []);
  });

  test('again while a backlog is being read, five messages a turn', async () => {
    for (let number = 14; number <= 40; number += 1) await server.addMessage(user, mailOf(number));
    await turn(5);
    await server.renumber(user);
    let fetched = 0;
    for (let round = 0; round < 12; round += 1) {
      for (const line of bodies(await turn(5))) fetched += countUids(line);
      if (round === 3) await server.renumber(user);
    }
    assert.equal((await house.emails()).length, 40);
    assert.equal(fetched, 22, 'each of those left once');
    assert.equal(await sightings(), 40);
  });

  test('QRESYNC: what was deleted on the server is forgotten', async () => {
    const mailbox = await open();
    const handles: string[] = [];
    for await (const page of mailbox.retriever?.list(null, new AbortController().signal) ?? [])
      handles.push(...page.handles.map(({ serverId }) => serverId));
    const deleted = handles.slice(3, 7).map((serverId) => ({ serverId }));
    await mailbox.retriever?.settle(deleted, 'delete', new AbortController().signal);
    await mailbox.close();
    log.take();
    const commands = await turn();
    assert.ok(
      commands.some((line) => /CHANGEDSINCE \d+ VANISHED/.test(line)),
      commands.join('\n'),
    );
    assert.equal(await sightings(), 36);
    assert.equal((await house.emails()).length, 40);
  });
});

/** Every fourth has no Message-ID, which its body alone identifies (IN-32). */
function mailOf(number: number): Buffer {
  const id = number % 4 === 0 ? '' : `m${number}@customer.example`;
  return rawMail({ id, subject: `Number ${number}`, body: `Text of ${number}` });
}

/** How many messages a UID FETCH names. */
function countUids(line: string): number {
  const set = /UID FETCH ([\d:,]+)/.exec(line)?.[1] ?? '';
  return set.split(',').reduce((total, part) => {
    const [first = 0, last = first] = part.split(':').map(Number);
    return total + last - first + 1;
  }, 0);
}
