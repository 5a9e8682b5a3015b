import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import { createLog } from '../../src/base/log.ts';
import { runOutgoingTurn } from '../../src/pipelines/outgoing/pipeline.ts';
import { createScheduler } from '../../src/scheduler/scheduler.ts';
import type { SchedulerOptions } from '../../src/scheduler/scheduler-options.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

describe('MO-09: turns of one mailbox told in full', () => {
  let scene: OutgoingScene;
  let lines: Record<string, unknown>[] = [];
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  beforeEach(() => {
    lines = [];
  });

  async function turn(more: Partial<SchedulerOptions> = {}): Promise<void> {
    const written = new PassThrough();
    written.on('data', (piece: Buffer) => {
      for (const line of piece.toString().split('\n')) if (line !== '') lines.push(JSON.parse(line));
    });
    const turns = { incoming: undefined, outgoing: runOutgoingTurn, act: undefined, test: undefined };
    const scheduler = createScheduler(scene.schedulerOptions({ turns, log: createLog('info', written), ...more }));
    await scene.leases.schedule(scene.mailboxid, 'outgoing', scene.clock.now());
    await scheduler.runOnce();
  }
  const tell = (count: number) =>
    scene.store.database.records.update('mailbox', scene.mailboxid, { verboseloggingenabled: count });
  const left = async () => (await scene.mailbox()).verboseloggingenabled;
  const told = () => lines.map((line) => line.msg);

  it('says how it begins, how the server is reached, what became of each email and how it ended, and counts down', async () => {
    await tell(2);
    const id = await scene.pendingEmail();
    await turn();
    assert.deepEqual(told(), [
      'verbose: turn begins',
      'verbose: server reached',
      'verbose: item',
      'verbose: turn ended',
    ]);
    assert.deepEqual((lines[1] as { steps: unknown }).steps, [{ name: 'connect', ok: true, detail: 'Connected.' }]);
    assert.equal((lines[2] as { emailid: string }).emailid, id);
    assert.equal((lines[3] as { itemsProcessed: number }).itemsProcessed, 1);
    assert.equal(await left(), 1);
    await turn();
    assert.equal(await left(), 0);
    lines = [];
    await turn();
    assert.deepEqual(told(), [], 'counted down: as any other');
  });

  it('tells a server that cannot be reached, with what it said, and no secret', async () => {
    await tell(1);
    await scene.pendingEmail();
    const error = new MailroomError('535 5.7.8 authentication failed', { code: 'mr_SmtpSignIn', kind: 'transient' });
    await turn({ connect: () => Promise.reject(error) });
    assert.ok(told().includes('verbose: server not reached'));
    assert.doesNotMatch(JSON.stringify(lines), /password"/);
    assert.equal(await left(), 0);
  });

  it('a number that somebody sets during a turn stands', async () => {
    await tell(5);
    await turn({
      connect: async () => {
        throw new Error('not asked for');
      },
      turns: {
        incoming: undefined,
        act: undefined,
        test: undefined,
        outgoing: async () => {
          await tell(0);
          return { itemsProcessed: 0, itemsFailed: 0, more: false };
        },
      },
    });
    assert.equal(await left(), 0);
  });
});
