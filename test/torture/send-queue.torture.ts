import assert from 'node:assert/strict';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../bench/corpus/random.ts';
import { type ApiClient, apiClient } from '../end-to-end/api-client.ts';
import { isQuiet, type Ledger, settleAccounts } from './ledger.ts';
import { prepareService, type ServiceProcess } from './service-process.ts';
import { customerAddress, deletingAddress, keptAddress, setUpTorture, type TortureSetUp } from './set-up-torture.ts';
import { type ClassicServers, startTortureServers } from './torture-servers.ts';

const isFull = process.env.MAILROOM_TORTURE === 'full';
const emails = Number(process.env.TORTURE_EMAILS ?? (isFull ? 500 : 60));
const seed = Number(process.env.TORTURE_SEED ?? randomInt(1, 2 ** 31));
const random = createRandom(seed);
/** Emails of one mailbox that may be on the wire at a time (OU-06). */
const onTheWire = 5;
/** No more kills come after so many; the queue must empty then. */
const mostKills = emails / 3;
const orderedAtOnce = 8;
const settleMs = 120_000;

interface Scene {
  readonly service: ServiceProcess;
  readonly servers: ClassicServers;
  readonly api: ApiClient;
  readonly setUp: TortureSetUp;
  readonly ledger: Ledger;
}

test(`OU-06, PAIN-11: ${emails} emails, service and SMTP server killed at random: each Sent once, Failed or uncertain`, async (t) => {
  say(`seed ${seed} (TORTURE_SEED=${seed} repeats the plan)`);
  const token = randomBytes(24).toString('hex');
  const servers = await startTortureServers([keptAddress, deletingAddress], () => random.between(0, 60));
  const service = await prepareService(token);
  try {
    await service.start();
    const api = apiClient(service.url, token);
    const setUp = await setUpTorture(api, servers);
    const scene: Scene = { service, servers, api, setUp, ledger: { delivered: new Set(), ordered: new Map() } };
    await servers.lines.smtp.kill();
    await orderAll(scene);
    await servers.lines.smtp.revive();
    const kills = await killUntilSent(scene);
    await api.until('an empty queue', settleMs, async () => {
      await nudge(scene);
      return isQuiet(api, scene.ledger);
    });
    const verdict = await settleAccounts(api, servers, scene.ledger);
    const summary = `${emails} emails, ${kills} kills: ${verdict.sent} sent, ${verdict.uncertain.length} uncertain (${verdict.uncertainTaken} of them taken), ${servers.recorded.length} taken; ${verdict.lost.length} lost, ${verdict.doubled.length} doubled`;
    say(summary);
    t.diagnostic(summary);
    assert.deepEqual(verdict.lost, [], 'lost');
    assert.deepEqual(verdict.doubled, [], 'doubled');
    assert.deepEqual(verdict.contradictions, [], 'contradictions');
    assert.ok(verdict.uncertain.length <= kills * onTheWire, 'OU-06: no more uncertain than were on the wire');
    assert.ok(kills > 0, 'something was killed');
  } catch (error) {
    say(`The last lines of the service's log:\n${service.log()}`);
    throw error;
  } finally {
    await service.stop();
    await servers.stop();
  }
});

const say = (sentence: string): void => void process.stderr.write(`torture: ${sentence}\n`);

async function orderAll({ api, setUp, ledger }: Scene): Promise<void> {
  const orders = Array.from({ length: emails }, (_, index) => ({ id: randomUUID(), subject: `order-0-${index}` }));
  for (const { id, subject } of orders) ledger.ordered.set(id, subject);
  const one = async (): Promise<void> => {
    for (let next = orders.shift(); next !== undefined; next = orders.shift()) {
      await api.create('emails', {
        activityid: next.id,
        subject: next.subject,
        description: '<p>On its way.</p>',
        email_activity_parties: [
          { 'partyid_queue@odata.bind': `/queues(${setUp.queueId})`, participationtypemask: 1 },
          { 'partyid_contact@odata.bind': `/contacts(${setUp.contactId})`, participationtypemask: 2 },
        ],
      });
      await api.act('emails', next.id, 'SendEmail', { IssueSend: true });
    }
  };
  await Promise.all(Array.from({ length: orderedAtOnce }, one));
  say(`${emails} emails ordered for ${customerAddress}`);
}

/** Kills and revives until nothing is left or enough was killed; returns the number of kills. */
async function killUntilSent(scene: Scene): Promise<number> {
  const { service, servers } = scene;
  let kills = 0;
  while (kills < mostKills && !(await isQuiet(scene.api, scene.ledger))) {
    await nudge(scene);
    const before = servers.recorded.length;
    // Somewhere within a second, but not before the queue moves again.
    for (let waited = 0; servers.recorded.length === before && waited < 5000; waited += 20) await pause(20);
    await pause(random.between(0, 400));
    const victim = random.pick(['service', 'smtp', 'both'] as const);
    kills += 1;
    if (victim !== 'service') await servers.lines.smtp.kill();
    if (victim !== 'smtp') await service.kill();
    await pause(random.between(0, 200));
    if (victim !== 'service') await servers.lines.smtp.revive();
    if (victim !== 'smtp') await service.start();
    say(`kill ${kills}: ${victim}; ${servers.recorded.length} of ${emails} taken`);
  }
  return kills;
}

/** A flow that a failure postponed or switched off is brought back, as an operator would. */
async function nudge({ api, setUp }: Scene): Promise<void> {
  for (const id of setUp.mailboxIds) {
    const mailbox = await api.get('mailboxes', id, '$select=enabledforoutgoingemail');
    if (mailbox.enabledforoutgoingemail !== true) {
      await api.update('mailboxes', id, { testemailconfigurationscheduled: true });
    }
    await api.act('mailboxes', id, 'mr_RunMailboxNow');
  }
}
