import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import { runOutgoingTurn } from '../../src/pipelines/outgoing/pipeline.ts';
import type { RunTurn, TurnOutcome } from '../../src/pipelines/turn.ts';
import { createScheduler } from '../../src/scheduler/scheduler.ts';
import type { SchedulerOptions } from '../../src/scheduler/scheduler-options.ts';
import { sweepStatistics } from '../../src/scheduler/sweep-statistics.ts';
import { EmailStatus } from '../../src/tables/choices.ts';
import { nextDueOn } from '../support/next-due-on.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';
import { until } from '../support/until.ts';

const idle: TurnOutcome = { itemsProcessed: 0, itemsFailed: 0, more: false };
const failing =
  (error: MailroomError): RunTurn =>
  async () => ({ ...idle, error });

describe('scheduler', () => {
  let scene: OutgoingScene;
  beforeEach(async () => {
    scene = await outgoingScene();
  });
  afterEach(() => scene.close());

  const turns = (more: Partial<SchedulerOptions['turns']>): SchedulerOptions['turns'] => ({
    incoming: undefined,
    outgoing: undefined,
    act: undefined,
    test: undefined,
    ...more,
  });
  const outgoingOnly = (run: RunTurn, more: Partial<SchedulerOptions> = {}) =>
    createScheduler(scene.schedulerOptions({ turns: turns({ outgoing: run }), ...more }));

  const leaseUntil = async (): Promise<Date> => {
    const rows = await scene.store.database.sql<{ leaseuntil: Date | null }>(
      'select leaseuntil from mr_mailboxlease where worker is not null',
    );
    return rows[0]?.leaseuntil ?? new Date(0);
  };

  it('SC-01, SC-03: what is due runs once, shows on the mailbox and is due again later', async () => {
    await scene.leases.reconcile(scene.clock.now());
    const scheduler = outgoingOnly(async () => ({ ...idle, itemsProcessed: 2 }));
    assert.equal(await scheduler.runOnce(), 1);
    assert.equal(await scheduler.runOnce(), 0);
    const mailbox = await scene.mailbox();
    assert.equal(mailbox.itemsprocessedforlastsync, 2);
    assert.equal(mailbox.hostid, 'worker-1');
    assert.equal(mailbox.processingstatecode, 0);
    assert.deepEqual(mailbox.lastsuccessfulsynccompletedon, scene.clock.now());
    await scene.clock.advance(300_000);
    assert.equal(await scheduler.runOnce(), 1);
  });

  it('PF-08: an idle mailbox that is listened to waits for its server, and for the clock only as the safety net', async () => {
    const { database } = scene.store;
    await scene.leases.schedule(scene.mailboxid, 'incoming', scene.clock.now());
    await database.sql(
      `insert into mr_watch (mailboxid, worker, watcheduntil, since, listening) values ($1::uuid, 'w', $2::timestamptz + interval '1 hour', $2, true)`,
      [scene.mailboxid, scene.clock.now()],
    );
    const looking = createScheduler(
      scene.schedulerOptions({ turns: turns({ incoming: async () => idle }), heardLookMs: 900_000 }),
    );
    assert.equal(await looking.runOnce(), 1);
    assert.deepEqual(await nextDueOn(scene.leases), new Date(scene.clock.now().getTime() + 900_000));
    await scene.clock.advance(900_000);
    await database.records.update('mailbox', scene.mailboxid, { isoauthrefreshtokenset: true });
    assert.equal(await looking.runOnce(), 1);
    const soon = new Date(scene.clock.now().getTime() + 300_000);
    assert.deepEqual(await nextDueOn(scene.leases), soon, 'PAIN-03: that consent is gone is told in five minutes');
    await database.sql('update mr_watch set listening = false');
    await scene.clock.advance(900_000);
    assert.equal(await looking.runOnce(), 1);
    const due = (await nextDueOn(scene.leases))?.getTime() ?? 0;
    assert.ok(due - scene.clock.now().getTime() < 900_000, 'without a line it is looked at as any other');
  });

  it('SC-08: the organisation may have fewer messages taken from Exchange at once than the service would', async () => {
    const { records } = scene.store.database;
    await records.update('organization', scene.organizationid, { incomingemailexchangeemailretrievalbatchsize: 7 });
    const taken: number[] = [];
    const counting: RunTurn = async ({ maxItems }) => {
      taken.push(maxItems);
      return idle;
    };
    for (const servertype of [0, 4]) {
      await records.update('emailserverprofile', scene.profileid, { servertype });
      for (const work of ['incoming', 'outgoing'] as const) {
        await scene.leases.schedule(scene.mailboxid, work, scene.clock.now());
        await createScheduler(scene.schedulerOptions({ turns: turns({ [work]: counting }) })).runOnce();
      }
    }
    assert.deepEqual(taken, [7, 1000, 1000, 1000]);
  });

  it('UI-07: turns that did something are told in mailboxstatistics, quiet ones are not, and old ones go', async () => {
    await scene.leases.reconcile(scene.clock.now());
    const outcomes: TurnOutcome[] = [
      { itemsProcessed: 2, itemsFailed: 1, more: false },
      idle,
      { ...idle, error: new MailroomError('The server is away.', { code: 'x', kind: 'transient' }) },
    ];
    const scheduler = outgoingOnly(async () => {
      await scene.clock.advance(1500);
      return outcomes.shift() ?? idle;
    });
    const startedOn = scene.clock.now();
    for (let turn = 0; turn < 3; turn += 1) {
      await scheduler.runOnce();
      await scene.clock.advance(3_600_000);
    }
    const read = async () => {
      const { rows } = await scene.store.database.records.retrieveMultiple({
        table: 'mailboxstatistics',
        columns: [
          'mailboxid',
          'operationtypeid',
          'itemsprocessed',
          'itemsfailed',
          'processresult',
          'mailboxprocessstartedon',
          'mailboxprocesscompletedon',
        ],
        orderBy: [{ column: 'mailboxprocessstartedon' }],
      });
      return rows;
    };
    const [first, second, ...more] = await read();
    assert.deepEqual(more, []);
    const mailbox = await scene.mailbox();
    assert.equal(first?.mailboxid?.id, mailbox.mailboxid);
    assert.deepEqual(
      [first?.operationtypeid, first?.itemsprocessed, first?.itemsfailed, first?.processresult],
      [1, 2, 1, true],
    );
    assert.deepEqual(first?.mailboxprocessstartedon, startedOn);
    assert.deepEqual(first?.mailboxprocesscompletedon, new Date(startedOn.getTime() + 1500));
    assert.deepEqual([second?.itemsprocessed, second?.processresult], [0, false]);
    const ended = second?.mailboxprocesscompletedon ?? startedOn;
    assert.equal(await sweepStatistics(scene.store.database, new Date(ended.getTime() - 1)), 1);
    assert.equal(await sweepStatistics(scene.store.database, new Date(ended.getTime() + 1)), 1);
    assert.deepEqual(await read(), []);
  });

  it('AR-09: a stop also waits for a turn whose lease was on its way', async () => {
    await scene.pendingEmail();
    await scene.leases.reconcile(scene.clock.now());
    let hand = (): void => {};
    const held = new Promise<void>((resolve) => {
      hand = resolve;
    });
    let isAsked = false;
    const leases: typeof scene.leases = {
      ...scene.leases,
      acquire: async (...asked) => {
        isAsked = true;
        await held;
        return scene.leases.acquire(...asked);
      },
    };
    let isOver = false;
    const scheduler = outgoingOnly(
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        isOver = true;
        return idle;
      },
      { leases },
    );
    scheduler.start();
    while (!isAsked) await new Promise((resolve) => setImmediate(resolve));
    const stopped = scheduler.stop();
    hand();
    await stopped;
    assert.ok(isOver);
    assert.deepEqual(await leaseUntil(), new Date(0), 'the lease is given back');
  });

  it('SC-10, AL-02, AL-03, AL-07: ten transient failures are one counted warning, then the flow is switched off with an error', async () => {
    await scene.pendingEmail();
    await scene.leases.reconcile(scene.clock.now());
    const error = new MailroomError('mail.contoso.example did not answer.', {
      code: 'mr_SmtpTimeout',
      kind: 'transient',
    });
    const scheduler = outgoingOnly(failing(error));
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      assert.equal(await scheduler.runOnce(), 1);
      await scene.clock.advance(300_000);
    }
    let mailbox = await scene.mailbox();
    assert.equal(mailbox.enabledforoutgoingemail, true);
    assert.equal(mailbox.mr_outgoingfailurecount, 9);
    const [warning, ...others] = await scene.alerts(scene.mailboxid);
    assert.equal(others.length, 0);
    assert.deepEqual([warning?.level, warning?.mr_count], [2, 9]);
    assert.match(
      warning?.text ?? '',
      /Grace Hopper.*grace@contoso\.example.*did not answer.*mr_SmtpTimeout.*tried again/,
    );
    await scheduler.runOnce();
    mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.enabledforoutgoingemail, mailbox.outgoingemailstatus], [false, 2]);
    assert.deepEqual([mailbox.enabledforincomingemail, mailbox.mr_incomingfailurecount ?? 0], [true, 0], 'AR-08');
    const alerts = await scene.alerts(scene.mailboxid);
    const open = alerts.filter((alert) => !alert.mr_resolvedon);
    assert.deepEqual(
      open.map((alert) => alert.level),
      [3],
    );
    assert.match(open[0]?.text ?? '', /switched off after 10 attempts.*Test & Enable/);
    await scene.leases.reconcile(scene.clock.now());
    await scene.clock.advance(3_600_000);
    assert.equal(await scheduler.runOnce(), 0, 'SC-11: off until Test & Enable');
  });

  it('SC-12, AL-12: success resets the count and closes the warning', async () => {
    await scene.leases.reconcile(scene.clock.now());
    const error = new MailroomError('Busy.', { code: 'x', kind: 'transient' });
    await outgoingOnly(failing(error)).runOnce();
    await scene.clock.advance(300_000);
    await outgoingOnly(async () => idle).runOnce();
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.mr_outgoingfailurecount, mailbox.mr_outgoinglasterror ?? null], [0, null]);
    assert.ok((await scene.alerts(scene.mailboxid)).every((alert) => alert.mr_resolvedon));
  });

  it('SC-11, OU-13, PAIN-12: a refused sign-in switches outgoing off at once; waiting emails say so', async () => {
    const id = await scene.pendingEmail();
    await scene.leases.reconcile(scene.clock.now());
    scene.sender.otherwise = () => {
      throw new MailroomError('Sign-in refused.', { code: 'OutgoingEmailAuthenticationError', kind: 'credentials' });
    };
    await outgoingOnly(runOutgoingTurn).runOnce();
    assert.equal((await scene.mailbox()).enabledforoutgoingemail, false);
    const email = await scene.email(id);
    assert.equal(email.statuscode, EmailStatus.pendingSend);
    assert.match(email.mr_waitingreason ?? '', /switched off.*Sign-in refused.*Test & Enable/);
  });

  it('SC-17, AL-04: an unknown host is told once on the profile, and as information on the mailbox', async () => {
    await scene.leases.reconcile(scene.clock.now());
    await outgoingOnly(
      failing(new MailroomError('No such host.', { code: '8005E218', kind: 'configuration' })),
    ).runOnce();
    assert.deepEqual(
      (await scene.alerts(scene.profileid)).map((alert) => alert.level),
      [3],
    );
    assert.deepEqual(
      (await scene.alerts(scene.mailboxid)).map((alert) => alert.level),
      [1],
    );
  });

  it('PAIN-13: throttled is not failed', async () => {
    await scene.leases.reconcile(scene.clock.now());
    const error = new MailroomError('Slow down.', { code: 'x', kind: 'throttled', retryAfterMs: 900_000 });
    await outgoingOnly(failing(error)).runOnce();
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.enabledforoutgoingemail, mailbox.mr_outgoingfailurecount], [true, 0]);
    assert.deepEqual(mailbox.postponesendinguntil, new Date(scene.clock.now().getTime() + 900_000));
  });

  it('MB-03, AP-02: what may not run is not run, even when leased', async () => {
    await scene.leases.schedule(scene.mailboxid, 'outgoing', scene.clock.now());
    await scene.store.database.records.update('mailbox', scene.mailboxid, { emailrouteraccessapproval: 2 });
    let ran = 0;
    await outgoingOnly(async () => {
      ran += 1;
      return idle;
    }).runOnce();
    assert.equal(ran, 0);
  });

  it('AR-12: a dead worker’s lease is taken over when it is too old, and that is counted', async () => {
    await scene.lease('outgoing', 'dead-worker', 60_000);
    const scheduler = outgoingOnly(async () => idle, { worker: 'worker-2' });
    assert.equal(await scheduler.runOnce(), 0);
    await scene.clock.advance(61_000);
    assert.equal(await scheduler.runOnce(), 1);
    const mailbox = await scene.mailbox();
    assert.deepEqual([mailbox.forcedunlockcount, mailbox.hostid], [1, 'worker-2']);
  });

  it('AR-12: heartbeats keep a long turn’s lease and show who works; a lost lease ends the turn unreported', async () => {
    await scene.leases.reconcile(scene.clock.now());
    let signal: AbortSignal | undefined;
    const scheduler = outgoingOnly(
      (context) =>
        new Promise((resolve) => {
          signal = context.signal;
          context.signal.addEventListener('abort', () => resolve({ ...idle, itemsProcessed: 99 }));
        }),
    );
    scheduler.start();
    try {
      while (signal === undefined) await new Promise((resolve) => setImmediate(resolve));
      // The looks at the schedule, its comparison, the statistics and the heartbeat: time moves on when none is at work.
      const loops = 4;
      for (let passed = 0; passed < 120_000; passed += 5_000) {
        await scene.clock.untilSleeping(loops);
        await scene.clock.advance(5_000);
        await until(async () => (await leaseUntil()).getTime() - scene.clock.now().getTime() > 30_000);
      }
      assert.equal(signal.aborted, false);
      await until(async () => (await scene.mailbox()).processingstatecode === 1);
      assert.equal((await scene.mailbox()).hostid, 'worker-1');
      await scene.store.database.sql('update mr_mailboxlease set token = token + 1');
      const turnSignal: AbortSignal = signal;
      await until(async () => {
        await scene.clock.advance(1_000);
        await leaseUntil();
        return turnSignal.aborted;
      });
      assert.equal(signal.aborted, true);
      assert.notEqual((await scene.mailbox()).itemsprocessedforlastsync, 99);
    } finally {
      await scheduler.stop();
    }
  });

  it('SC-01: wake looks at once; stop waits for the turn and leaves it due', async () => {
    let ended = false;
    let began = (): void => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    const scheduler = outgoingOnly(
      (context) =>
        new Promise((resolve) => {
          began();
          context.signal.addEventListener('abort', () => {
            ended = true;
            resolve({ ...idle, error: new MailroomError('Aborted.', { code: 'x', kind: 'transient' }) });
          });
        }),
    );
    scheduler.start();
    await scene.leases.reconcile(scene.clock.now());
    scheduler.wake();
    await running;
    await scheduler.stop();
    assert.equal(ended, true);
    assert.equal((await scene.mailbox()).mr_outgoingfailurecount ?? 0, 0, 'a stop is no failure');
    assert.deepEqual(await nextDueOn(scene.leases), scene.clock.now());
  });
});
