import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { MailroomError } from '../../../src/base/errors.ts';
import { IdleLine } from '../../../src/connectors/imap/idle-line.ts';

/** A line with a scripted server at its other end, which answers what `answers` says to each line. */
function lineTo(answers: (said: string) => string, hasIdle = true, pauseMs = 60_000, timeoutMs = 60_000) {
  const scene = { woken: 0, changes: 0, said: [] as string[], error: undefined as MailroomError | undefined };
  const heard = new PassThrough();
  const socket = Object.assign(heard, {
    write: (text: string) => {
      for (const said of text.trim().split('\r\n')) {
        scene.said.push(said);
        const answer = answers(said);
        if (answer !== '') setImmediate(() => heard.push(answer));
      }
      return true;
    },
  });
  const options = { where: 'imap.example:993', hasIdle, pauseMs, timeoutMs };
  let onLost: (error: MailroomError) => void = () => undefined;
  const ended = new Promise<MailroomError>((resolve) => {
    onLost = resolve;
  });
  const line = new IdleLine(socket, options, {
    mail: () => {
      scene.woken += 1;
    },
    change: () => {
      scene.changes += 1;
    },
    lost: (error) => onLost(error),
  });
  line.start();
  return {
    scene,
    ended,
    push: (text: string) => heard.push(text),
    look: () => line.look(),
    stop: () => line.stop(),
  };
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** What was pushed by now is heard. */
const turnOfEvents = async (): Promise<void> => {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('SC-01, RFC 2177: IDLE wakes for new mail, and for nothing else; answers may come in pieces', async () => {
  const { scene, push, stop } = lineTo(() => '+ idling\r\n');
  await until(() => scene.said.length === 1);
  push('* OK Still here\r\n* 3 EXPUNGE\r\n* 7 FETCH (FLAGS (\\Seen))\r\n');
  push('* 1');
  push('2 EXI');
  push('STS\r\n* 1 RECENT\r\n');
  await until(() => scene.woken > 0);
  assert.deepEqual([scene.said, scene.woken, scene.changes], [['w IDLE'], 1, 3]);
  stop();
});

test('RFC 2177: an IDLE is begun anew before servers cut it', async () => {
  const { scene, stop } = lineTo((said) => (said === 'DONE' ? 'w OK done\r\n' : '+ idling\r\n'), true, 1);
  await until(() => scene.said.length >= 5);
  stop();
  assert.deepEqual(scene.said.slice(0, 5), ['w IDLE', 'DONE', 'w IDLE', 'DONE', 'w IDLE']);
});

test('without IDLE, or where it is refused, the server is asked now and then', async () => {
  const plain = lineTo(() => '* 4 EXISTS\r\nw OK\r\n', false, 1);
  await until(() => plain.scene.woken >= 2);
  plain.stop();
  assert.equal(new Set(plain.scene.said).size, 1);
  const refused = lineTo((said) => (said === 'w IDLE' ? 'w NO not today\r\n' : '* 4 EXISTS\r\nw OK\r\n'), true, 1);
  await until(() => refused.scene.woken >= 1);
  refused.stop();
  assert.deepEqual(refused.scene.said.slice(0, 2), ['w IDLE', 'w NOOP']);
});

test('a line is lost when the server says goodbye, refuses, says nothing, or goes', async () => {
  const bye = lineTo(() => '* BYE going down\r\n');
  assert.match((await bye.ended).message, /imap\.example:993.*lost: going down/);
  const refused = lineTo(() => 'w BAD\r\n', false);
  assert.equal((await refused.ended).kind, 'transient');
  const silent = lineTo(() => '', true, 60_000, 1);
  assert.match((await silent.ended).message, /did not answer/);
  const gone = lineTo(() => '+ idling\r\n');
  gone.push(null as unknown as string);
  assert.match((await gone.ended).message, /closed the connection/);
});

test('a line of endless length takes no memory', async () => {
  const { scene, push, stop } = lineTo(() => '+ idling\r\n');
  await until(() => scene.said.length === 1);
  for (let part = 0; part < 100; part += 1) push('x'.repeat(10_000));
  push('\r\n* 2 EXISTS\r\n');
  await until(() => scene.woken === 1);
  stop();
});

test('SC-01: the server is asked on the line, which listens on; what it finds is told before', async () => {
  let found = '';
  const { scene, look, stop } = lineTo((said) => {
    if (said === 'DONE') return 'w OK done\r\n';
    return said === 'q NOOP' ? `${found}q OK done\r\n` : '+ idling\r\n';
  });
  assert.equal(await look(), 'none', 'an answer is awaited');
  await until(() => scene.said.length === 1);
  await turnOfEvents();
  assert.deepEqual([await look(), scene.changes], ['done', 0]);
  assert.deepEqual(scene.said, ['w IDLE', 'DONE', 'q NOOP', 'w IDLE']);
  await turnOfEvents();
  for (const [line, changes] of [
    ['* 3 EXISTS\r\n', 1],
    ['* VANISHED 4:5\r\n', 2],
    ['* 2 FETCH (FLAGS (\\Seen))\r\n', 3],
    ['* OK Still here\r\n', 3],
  ] as const) {
    found = line;
    assert.deepEqual([await look(), scene.changes], ['done', changes], line);
    await turnOfEvents();
  }
  assert.equal(scene.woken, 1);
  assert.equal(scene.said.length, 1 + 3 * 5);
  const last = look();
  stop();
  assert.deepEqual([await last, await look()], ['none', 'none'], 'the line was ended');
});

test('RFC 2177: an IDLE that a look began anew is begun anew in its time as well', async () => {
  const { scene, look, stop } = lineTo(
    (said) => (said === 'DONE' ? 'w OK done\r\n' : said === 'q NOOP' ? 'q OK\r\n' : '+ idling\r\n'),
    true,
    5,
  );
  await until(() => scene.said.length === 1);
  await turnOfEvents();
  assert.equal(await look(), 'done');
  await until(() => scene.said.length >= 8);
  stop();
  assert.deepEqual(scene.said.slice(0, 8), ['w IDLE', 'DONE', 'q NOOP', 'w IDLE', 'DONE', 'w IDLE', 'DONE', 'w IDLE']);
});

test('a server without IDLE is asked on the line as well; one that says no, nothing or goodbye failed', async () => {
  const plain = lineTo(() => 'w OK\r\n', false);
  await until(() => plain.scene.said.length === 1);
  await turnOfEvents();
  assert.equal(await plain.look(), 'done');
  plain.stop();
  for (const answer of ['q BAD\r\n', '* BYE\r\n', '']) {
    const line = lineTo(
      (said) => (said === 'DONE' ? 'w OK\r\n' : said === 'q NOOP' ? answer : '+ idling\r\n'),
      true,
      60_000,
      20,
    );
    await until(() => line.scene.said.length === 1);
    await turnOfEvents();
    // A server that takes no command after DONE answers nothing more at all.
    const asked = line.look();
    if (answer === '') line.push(null as unknown as string);
    assert.equal(await asked, 'failed', answer);
    line.stop();
  }
});
