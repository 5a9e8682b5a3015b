import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createProfilePasswords } from '../../src/app/profile-passwords.ts';
import { TurnLoader } from '../../src/scheduler/load-turns.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

describe('what turns begin with', () => {
  let scene: OutgoingScene;
  beforeEach(async () => {
    scene = await outgoingScene();
  });
  afterEach(() => scene.close());

  const loading = () => {
    const loader = new TurnLoader(scene.schedulerOptions());
    return async () => {
      const lease = await scene.lease('outgoing');
      try {
        const [loaded] = await loader.load([lease]);
        assert.ok(loaded?.turn);
        return loaded.turn;
      } finally {
        await scene.leases.release(lease, { nextDueOn: null });
      }
    };
  };
  const profileOf = async (): Promise<string> => (await scene.mailbox()).emailserverprofile?.id ?? '';

  it('settings and profile are kept for as long as nobody writes them', async () => {
    const load = loading();
    const [first, second] = [await load(), await load()];
    assert.equal(second.settings, first.settings);
    assert.equal(second.profile, first.profile);
    assert.notEqual(second.mailbox, first.mailbox);
  });

  it('a change is seen by the next turn, whoever made it and however', async () => {
    const { database } = scene.store;
    const load = loading();
    await load();
    const id = await profileOf();
    await database.records.update('emailserverprofile', id, { name: 'Renamed' });
    assert.equal((await load()).profile.name, 'Renamed');
    await database.sql("update emailserverprofile set name = 'By hand'");
    assert.equal((await load()).profile.name, 'By hand');
    await database.sql('update organization set mr_mailpollingintervalseconds = 77');
    assert.equal((await load()).settings.incomingIntervalSeconds, 77);
    await database.transaction(async (scope) => {
      await scope.sql('update organization set mr_mailpollingintervalseconds = 78');
      await scope.sql('update organization set mr_mailpollingintervalseconds = 79');
    });
    assert.equal((await load()).settings.incomingIntervalSeconds, 79);
  });

  it('the password of a profile is read once for a row, and again once the profile was changed', async () => {
    const { records } = scene.store.database;
    const id = await profileOf();
    await records.update('emailserverprofile', id, { incomingpassword: 'sealed' });
    let reads = 0;
    const passwords = createProfilePasswords({
      ...records,
      retrieve: (...asked) => {
        reads += 1;
        return records.retrieve(...asked);
      },
    });
    const load = loading();
    const password = async () => (await passwords((await load()).profile, 'incomingpassword'))?.incomingpassword;
    const [first, second] = [await password(), await password()];
    assert.ok(first);
    assert.equal(second, first);
    assert.equal(reads, 1);
    await records.update('emailserverprofile', id, { incomingpassword: 'another' });
    assert.notEqual(await password(), first);
    assert.equal(reads, 2);
  });

  it('SC-13: pauses are asked about only while some server wants one', async () => {
    const { database } = scene.store;
    let asked: boolean | undefined;
    const loader = new TurnLoader(
      scene.schedulerOptions({
        connect: async (_mailbox, _profile, _direction, _signal, terms) => {
          asked = terms?.hasPauses;
          throw new Error('not to be reached');
        },
      }),
    );
    const ask = async (): Promise<boolean | undefined> => {
      const lease = await scene.lease('outgoing');
      const [loaded] = await loader.load([lease]);
      await assert.rejects(async () => loaded?.turn?.connect('outgoing', new AbortController().signal));
      await scene.leases.release(lease, { nextDueOn: null });
      return asked;
    };
    assert.equal(await ask(), false);
    await database.sql(
      "insert into mr_serverpause (server, name, pauseduntil, strikes, reason) values ('mail.example', '', $1, 1, 'busy')",
      [new Date(scene.clock.now().getTime() + 60_000)],
    );
    assert.equal(await ask(), true);
    await scene.clock.advance(61_000);
    assert.equal(await ask(), false);
  });
});
