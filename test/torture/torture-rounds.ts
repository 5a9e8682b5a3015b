import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { createRandom } from '../../bench/corpus/random.ts';
import { apiClient } from '../end-to-end/api-client.ts';
import { isQuiet, settleAccounts } from './ledger.ts';
import { nudge, playRound, type RoundScene, say } from './play-round.ts';
import { type Dangers, planRound } from './round-plan.ts';
import { prepareService } from './service-process.ts';
import { deletingAddress, keptAddress, setUpTorture } from './set-up-torture.ts';
import type { TortureServers } from './torture-servers.ts';

/** The servers to torture, and how. */
export interface TortureArm {
  readonly title: string;
  start(addresses: readonly string[]): Promise<TortureServers>;
  readonly dangers: Dangers;
  /** Why the servers are not there; false when they are. */
  readonly skip?: string | false;
}

const isFull = process.env.MAILROOM_TORTURE === 'full';
const rounds = Number(process.env.TORTURE_ROUNDS ?? (isFull ? 200 : 4));
const seed = Number(process.env.TORTURE_SEED ?? randomInt(1, 2 ** 31));
const settleMs = rounds > 10 ? 300_000 : 30_000;

/** Registers the test: rounds of kills while mail goes both ways, then every message is accounted for. */
export function tortureRounds({ title, start, dangers, skip = false }: TortureArm): void {
  test(`${title} in ${rounds} rounds of SIGKILL`, { skip }, async (t) => {
    say(`seed ${seed} (TORTURE_SEED=${seed} repeats the plan)`);
    const token = randomBytes(24).toString('hex');
    const servers = await start([keptAddress, deletingAddress]);
    const service = await prepareService(token);
    try {
      await service.start();
      const api = apiClient(service.url, token);
      const setUp = await setUpTorture(api, servers);
      const scene: RoundScene = { service, servers, api, setUp, ledger: { delivered: new Set(), ordered: new Map() } };
      const summary = await playAll(scene, dangers);
      say(summary);
      t.diagnostic(summary);
    } catch (error) {
      say(`The last lines of the service's log:\n${service.log()}`);
      throw error;
    } finally {
      await service.stop();
      await servers.stop();
    }
  });
}

/** Plays the rounds and settles the accounts; returns the result in words. Throws when something is lost, doubled or contradictory. */
async function playAll(scene: RoundScene, dangers: Dangers): Promise<string> {
  const { api, servers, ledger } = scene;
  const random = createRandom(seed);
  let kills = 0;
  for (let round = 1; round <= rounds; round += 1) {
    kills += await playRound(scene, `${round} of ${rounds}`, planRound(random, dangers));
  }
  await api
    .until('quiet after the last round', settleMs, async () => {
      if (await isQuiet(api, ledger)) return true;
      await nudge(scene);
      return false;
    })
    .catch((error: Error) => say(error.message));
  const verdict = await settleAccounts(api, servers, ledger);
  for (const line of verdict.uncertain) say(`uncertain: ${line}`);
  const summary = `${rounds} rounds, ${kills} kills at the planned moment: ${ledger.delivered.size} delivered, ${verdict.stored} stored; ${ledger.ordered.size} ordered, ${verdict.sent} sent, ${verdict.uncertain.length} uncertain (${verdict.uncertainTaken} of them taken); ${verdict.lost.length} lost, ${verdict.doubled.length} doubled`;
  assert.deepEqual(verdict.lost, [], 'lost');
  assert.deepEqual(verdict.doubled, [], 'doubled');
  assert.deepEqual(verdict.contradictions, [], 'contradictions');
  await api.until('UD-03: processed mail is deleted', settleMs, async () => {
    if (servers.left(deletingAddress) === 0) return true;
    await nudge(scene);
    return false;
  });
  assert.deepEqual(servers.remains?.() ?? [], [], 'left behind');
  return summary;
}
