import assert from 'node:assert/strict';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createRandom } from '../../bench/corpus/random.ts';
import { demoMail } from '../../testbed/demo/demo-mail.ts';
import { type ApiClient, ApiRefusal, apiClient } from '../end-to-end/api-client.ts';
import { isQuiet, type Ledger, settleAccounts } from './ledger.ts';
import { describePlan, lineOf, planRound, type RoundPlan, type Trigger } from './round-plan.ts';
import { prepareService, type ServiceProcess } from './service-process.ts';
import { customerAddress, deletingAddress, keptAddress, setUpTorture, type TortureSetUp } from './set-up-torture.ts';
import { startTortureServers, type TortureServers } from './torture-servers.ts';

const isFull = process.env.MAILROOM_TORTURE === 'full';
const rounds = Number(process.env.TORTURE_ROUNDS ?? (isFull ? 200 : 4));
const seed = Number(process.env.TORTURE_SEED ?? randomInt(1, 2 ** 31));
/** A word that is not said within this time after the round's beginning is not waited for, milliseconds. */
const longestRoundMs = 4_000;
const recoveryMs = 30_000;
const settleMs = rounds > 10 ? 300_000 : 30_000;

interface Scene {
  readonly service: ServiceProcess;
  readonly servers: TortureServers;
  readonly api: ApiClient;
  readonly setUp: TortureSetUp;
  readonly ledger: Ledger;
}

test(`AR-12, IN-30, OU-06: nothing is lost or doubled in ${rounds} rounds of SIGKILL`, async (t) => {
  say(`seed ${seed} (TORTURE_SEED=${seed} repeats the plan)`);
  const token = randomBytes(24).toString('hex');
  const servers = await startTortureServers([keptAddress, deletingAddress]);
  const service = await prepareService(token);
  try {
    await service.start();
    const api = apiClient(service.url, token);
    const setUp = await setUpTorture(api, servers);
    const scene: Scene = { service, servers, api, setUp, ledger: { delivered: new Set(), ordered: new Map() } };
    const random = createRandom(seed);
    let kills = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const plan = planRound(random);
      kills += await playRound(scene, round, plan);
    }
    const { ledger } = scene;
    await api
      .until('quiet after the last round', settleMs, () => isQuiet(api, ledger))
      .catch((error: Error) => say(error.message));
    const verdict = await settleAccounts(api, servers, ledger);
    const summary = `${rounds} rounds, ${kills} kills at the planned moment: ${ledger.delivered.size} delivered, ${verdict.stored} stored; ${ledger.ordered.size} ordered, ${verdict.sent} sent, ${verdict.uncertain.length} uncertain (${verdict.uncertainTaken} of them taken); ${verdict.lost.length} lost, ${verdict.doubled.length} doubled`;
    say(summary);
    for (const line of verdict.uncertain) say(`uncertain: ${line}`);
    t.diagnostic(summary);
    assert.deepEqual(verdict.lost, [], 'lost');
    assert.deepEqual(verdict.doubled, [], 'doubled');
    assert.deepEqual(verdict.contradictions, [], 'contradictions');
    assert.equal(servers.left(deletingAddress), 0, 'UD-03: processed mail is deleted');
  } catch (error) {
    say(`The last lines of the service's log:\n${service.log()}`);
    throw error;
  } finally {
    await service.stop();
    await servers.stop();
  }
});

const say = (sentence: string): void => void process.stderr.write(`torture: ${sentence}\n`);

/** Delivers, orders and kills; then brings everything up again. Returns 1 when the planned moment came. */
async function playRound(scene: Scene, round: number, plan: RoundPlan): Promise<number> {
  const { service, servers, ledger } = scene;
  const startedOn = performance.now();
  const killed = arm(scene, plan);
  const orders = Array.from({ length: plan.sends }, (_, index) => ({
    id: randomUUID(),
    subject: `order-${round}-${index}`,
  }));
  for (const [index, target] of plan.deliveries.entries()) await deliver(scene, `${round}.${index}`, target);
  for (const order of orders) ledger.ordered.set(order.id, order.subject);
  const working = work(scene, orders);
  const wasPlanned = await killed;
  await working;
  const downMs = await recover(service);
  for (const order of orders) await completeOrder(scene, order);
  say(
    `round ${round} of ${rounds}: ${describePlan(plan)}${wasPlanned ? '' : ' (not reached; killed all the same)'}; ready again after ${Math.round(downMs)} ms; ${servers.recorded.length} of ${ledger.ordered.size} orders taken; ${Math.round(performance.now() - startedOn)} ms`,
  );
  return wasPlanned ? 1 : 0;
}

/** Sets the trap; resolves with true when the planned moment came, with false when time ran out. The victim is dead then. */
function arm(scene: Scene, plan: RoundPlan): Promise<boolean> {
  const { servers } = scene;
  return new Promise((resolve, reject) => {
    const strike = (wasPlanned: boolean): void => {
      clearTimeout(timer);
      servers.pop3.disarm();
      servers.smtp.disarm();
      kill(scene.service, plan.victim).then(() => resolve(wasPlanned), reject);
    };
    const { trigger } = plan;
    const timer = setTimeout(
      () => strike(trigger.kind === 'time'),
      trigger.kind === 'time' ? trigger.afterMs : longestRoundMs,
    );
    if (trigger.kind === 'word') trap(servers, trigger, () => strike(true));
  });
}

function trap(servers: TortureServers, trigger: Extract<Trigger, { kind: 'word' }>, strike: () => void): void {
  servers[trigger.server].arm(lineOf[trigger.word], trigger.nth, () => {
    if (trigger.afterMs === 0) strike();
    else setTimeout(strike, trigger.afterMs);
  });
}

async function kill(service: ServiceProcess, victim: RoundPlan['victim']): Promise<void> {
  if (victim !== 'service') service.killDatabase();
  if (victim !== 'database') await service.kill();
}

async function deliver(scene: Scene, name: string, target: RoundPlan['deliveries'][number]): Promise<void> {
  const messageId = `${name}.torture@northwind.example`;
  const addresses =
    target === 'both' ? [keptAddress, deletingAddress] : [target === 'kept' ? keptAddress : deletingAddress];
  const raw = await demoMail(
    {
      from: { name: 'Customer', address: customerAddress },
      to: addresses.join(', '),
      subject: `Delivery ${name}`,
      text: 'Hello.',
    },
    messageId,
    new Date(),
  );
  for (const address of addresses) scene.servers.deliver(address, raw);
  scene.ledger.delivered.add(messageId);
}

/** Calls the mailboxes' turns and orders the emails; the kill may cut any of it. */
async function work(scene: Scene, orders: readonly Order[]): Promise<void> {
  const { api, setUp } = scene;
  const nudges = setUp.mailboxIds.map((id) => api.act('mailboxes', id, 'mr_RunMailboxNow'));
  await Promise.allSettled([...nudges, ...orders.map((order) => placeOrder(scene, order))]);
}

interface Order {
  readonly id: string;
  readonly subject: string;
}

async function placeOrder({ api, setUp }: Scene, order: Order): Promise<void> {
  await api.create('emails', {
    activityid: order.id,
    subject: order.subject,
    description: '<p>On its way.</p>',
    email_activity_parties: [
      { 'partyid_queue@odata.bind': `/queues(${setUp.queueId})`, participationtypemask: 1 },
      { 'partyid_contact@odata.bind': `/contacts(${setUp.contactId})`, participationtypemask: 2 },
    ],
  });
  await api.act('emails', order.id, 'SendEmail', { IssueSend: true });
}

/** Does what the kill may have cut: an order exists once, and a draft is sent. The database may be down for a moment still. */
async function completeOrder(scene: Scene, order: Order): Promise<void> {
  const { api } = scene;
  await api.until(`answer about ${order.subject}`, recoveryMs, async () => {
    try {
      const email = await api.get('emails', order.id, '$select=statuscode').catch(unlessMissing);
      if (email === undefined) await placeOrder(scene, order);
      else if (email.statuscode === 1) await api.act('emails', order.id, 'SendEmail', { IssueSend: true });
      return true;
    } catch (error) {
      if (error instanceof ApiRefusal && error.status !== 503) throw error;
      return false;
    }
  });
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof ApiRefusal && error.status === 404) return undefined;
  throw error;
}

/** Brings the service up again; a service that lost its database alone must recover by itself. Returns how long that took, milliseconds. */
async function recover(service: ServiceProcess): Promise<number> {
  const startedOn = performance.now();
  if (!service.isAlive()) await service.start();
  else if (!(await service.isReadyWithin(recoveryMs)))
    throw new Error(`The service did not recover within ${recoveryMs / 1000} s after its database was killed.`);
  return performance.now() - startedOn;
}
