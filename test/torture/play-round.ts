import { randomUUID } from 'node:crypto';
import { demoMail } from '../../testbed/demo/demo-mail.ts';
import { type ApiClient, ApiRefusal } from '../end-to-end/api-client.ts';
import type { Ledger } from './ledger.ts';
import { describePlan, lineOf, type RoundPlan, type Trigger } from './round-plan.ts';
import type { ServiceProcess } from './service-process.ts';
import { customerAddress, deletingAddress, keptAddress, type TortureSetUp } from './set-up-torture.ts';
import type { TortureServers } from './torture-servers.ts';

/** A word that is not said within this time after the round's beginning is not waited for, milliseconds. */
const longestRoundMs = 4_000;
const recoveryMs = 30_000;

/** All that a round plays with. */
export interface RoundScene {
  readonly service: ServiceProcess;
  readonly servers: TortureServers;
  readonly api: ApiClient;
  readonly setUp: TortureSetUp;
  readonly ledger: Ledger;
}

/** Writes a line of progress. */
export const say = (sentence: string): void => void process.stderr.write(`torture: ${sentence}\n`);

/** Delivers, orders and kills; then brings everything up again. Returns 1 when the planned moment came. */
export async function playRound(scene: RoundScene, round: string, plan: RoundPlan): Promise<number> {
  const { service, servers, ledger } = scene;
  const startedOn = performance.now();
  const number = Number.parseInt(round, 10);
  const killed = arm(scene, plan);
  const orders = Array.from({ length: plan.sends }, (_, index) => ({
    id: randomUUID(),
    subject: `order-${number}-${index}`,
  }));
  for (const [index, target] of plan.deliveries.entries()) await deliver(scene, number, index, target);
  for (const order of orders) ledger.ordered.set(order.id, order.subject);
  const working = work(scene, orders);
  const wasPlanned = await killed;
  await working;
  if (plan.renumbers) await renumber(scene);
  const downMs = await recover(service);
  for (const order of orders) await completeOrder(scene, order);
  say(
    `round ${round}: ${describePlan(plan)}${wasPlanned ? '' : ' (not reached; killed all the same)'}; ready again after ${Math.round(downMs)} ms; ${servers.recorded.length} of ${ledger.ordered.size} orders taken; ${Math.round(performance.now() - startedOn)} ms`,
  );
  return wasPlanned ? 1 : 0;
}

/** Sets the trap; resolves with true when the planned moment came, with false when time ran out. The victim is dead then. */
function arm(scene: RoundScene, plan: RoundPlan): Promise<boolean> {
  const { servers } = scene;
  return new Promise((resolve, reject) => {
    const strike = (wasPlanned: boolean): void => {
      clearTimeout(timer);
      for (const line of Object.values(servers.lines)) line.disarm();
      kill(scene, plan.victim).then(() => resolve(wasPlanned), reject);
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
  servers.lines[trigger.server]?.arm(lineOf[trigger.word], trigger.nth, () => {
    if (trigger.afterMs === 0) strike();
    else setTimeout(strike, trigger.afterMs);
  });
}

async function kill({ service, servers }: RoundScene, victim: RoundPlan['victim']): Promise<void> {
  if (victim === 'lines') {
    for (const line of Object.values(servers.lines)) {
      await line.kill();
      await line.revive();
    }
    return;
  }
  if (victim !== 'service') service.killDatabase();
  if (victim !== 'database') await service.kill();
}

/** New numbers for the maildrop that keeps its mail, while nobody reads it. */
async function renumber({ service, servers }: RoundScene): Promise<void> {
  await service.kill();
  for (const line of Object.values(servers.lines)) await line.kill();
  await servers.renumber?.(keptAddress);
  for (const line of Object.values(servers.lines)) await line.revive();
}

async function deliver(
  scene: RoundScene,
  round: number,
  index: number,
  target: RoundPlan['deliveries'][number],
): Promise<void> {
  const name = `${round}.${index}`;
  const messageId = `${name}.torture@northwind.example`;
  const addresses =
    target === 'both' ? [keptAddress, deletingAddress] : [target === 'kept' ? keptAddress : deletingAddress];
  const raw = await demoMail(
    {
      from: { name: 'Customer', address: customerAddress },
      to: addresses.join(', '),
      subject: `Delivery ${name}`,
      // Large ones are stored ahead of their group.
      text: index % 3 === 2 ? 'Hello, with much to tell.\n'.repeat(12_000) : 'Hello.',
    },
    messageId,
    new Date(),
  );
  for (const address of addresses) scene.servers.deliver(address, raw);
  scene.ledger.delivered.add(messageId);
}

/** Calls the mailboxes' turns and orders the emails; the kill may cut any of it. */
async function work(scene: RoundScene, orders: readonly Order[]): Promise<void> {
  await Promise.allSettled([nudge(scene), ...orders.map((order) => placeOrder(scene, order))]);
}

/** Has the mailboxes looked at now; a service that is down is none of its business. */
export async function nudge({ api, setUp }: Pick<RoundScene, 'api' | 'setUp'>): Promise<void> {
  await Promise.allSettled(setUp.mailboxIds.map((id) => api.act('mailboxes', id, 'mr_RunMailboxNow')));
}

interface Order {
  readonly id: string;
  readonly subject: string;
}

async function placeOrder({ api, setUp }: RoundScene, order: Order): Promise<void> {
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
async function completeOrder(scene: RoundScene, order: Order): Promise<void> {
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
