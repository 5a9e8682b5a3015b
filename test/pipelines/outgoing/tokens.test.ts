import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { keptToken, subjectsFor } from '../../../src/pipelines/outgoing/choose-token.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { TokenCounter } from '../../../src/pipelines/outgoing/token-counter.ts';
import { organizationSettings, readOrganizationSettings } from '../../../src/store/organization-settings.ts';
import { type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('tracking tokens of outgoing mail', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());

  const allocate = async (count: number, userId: string | null): Promise<readonly string[]> => {
    const settings = await readOrganizationSettings(scene.store.database.records);
    return new TokenCounter(scene.store.database, settings).take(userId, count);
  };

  it('CO-12, CO-13: the first user is 001, the first message 001, a batch takes a run of numbers, and it wraps', async () => {
    assert.deepEqual(await allocate(2, scene.userid), ['CRM:0001001', 'CRM:0001002']);
    await scene.store.database.records.update('usersettings', scene.userid, { nexttrackingnumber: 999 });
    assert.deepEqual(await allocate(3, scene.userid), ['CRM:0001999', 'CRM:0001000', 'CRM:0001001']);
    assert.deepEqual(await allocate(1, scene.userid), ['CRM:0001002']);
  });

  it('CO-12: what belongs to no user counts for the organisation as user 000', async () => {
    assert.deepEqual(await allocate(2, null), ['CRM:0000001', 'CRM:0000002']);
  });

  it('CO-13: takers at the same time never get one number', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => allocate(5, scene.userid)));
    const tokens = taken.flat();
    assert.equal(new Set(tokens).size, 40);
  });

  it('CO-13: one turn takes ahead for a long queue, and still no number twice', async () => {
    const settings = await readOrganizationSettings(scene.store.database.records);
    const counter = new TokenCounter(scene.store.database, settings);
    const taken = await Promise.all([3, 10, 25, 1].map((count) => counter.take(scene.userid, count)));
    assert.deepEqual(
      taken.map((tokens) => tokens.length),
      [3, 10, 25, 1],
    );
    assert.equal(new Set(taken.flat()).size, 39);
    assert.equal(
      (await allocate(1, scene.userid)).some((token) => taken.flat().includes(token)),
      false,
    );
  });

  it('CO-10: no token where they are switched off', async () => {
    await scene.store.database.records.update('organization', scene.organizationid, { mr_trackingtokenenabled: false });
    const id = await scene.pendingEmail();
    await scene.turn(runOutgoingTurn);
    assert.equal((await scene.email(id)).subject, 'Quote');
    await scene.store.database.records.update('organization', scene.organizationid, { mr_trackingtokenenabled: true });
  });

  it('CO-31: hashes of subject and addresses are written with smart matching on', async () => {
    await scene.store.database.records.update('organization', scene.organizationid, { enablesmartmatching: true });
    const id = await scene.pendingEmail();
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error?.message, undefined);
    const page = await scene.store.database.records.retrieveMultiple({
      table: 'emailhash',
      filter: { column: 'activityid', operator: 'eq', value: id },
    });
    assert.deepEqual(page.rows.map((row) => row.hashtype).sort(), [0, 0, 1, 1]);
  });
});

describe('choosing a token', () => {
  const settings = organizationSettings({ trackingprefix: 'CRM:', mr_trackingprefixhistory: 'OLD:' });

  it('CO-15: its own, then its thread’s, then one of ours in the subject', () => {
    const subject = 'Re: x CRM:0003003';
    assert.equal(keptToken(settings, { subject, own: 'CRM:0001001', parent: 'CRM:0002002' }), 'CRM:0001001');
    assert.equal(keptToken(settings, { subject, own: '', parent: 'CRM:0002002' }), 'CRM:0002002');
    assert.equal(keptToken(settings, { subject, own: '', parent: '' }), 'CRM:0003003');
    assert.equal(keptToken(settings, { subject: 'x', own: '', parent: '' }), '');
  });

  it('CO-15, CO-17: known tokens go, one is appended', () => {
    const { wire } = subjectsFor(settings, 'Re: x OLD:0003003', 'CRM:0001001');
    assert.equal(wire, 'Re: x CRM:0001001');
  });

  it('CO-16, ST-36: the text makes room within 255 on the wire; the record keeps more of it', () => {
    const { wire, stored } = subjectsFor(settings, 'a'.repeat(700), 'CRM:0001001');
    assert.equal(wire.length, 255);
    assert.ok(wire.endsWith(' CRM:0001001'));
    assert.equal(stored.length, 712);
  });

  it('SE-13: line ends in a subject become blanks', () => {
    assert.equal(subjectsFor(settings, 'a\r\nBcc: x', '').wire, 'a Bcc: x');
  });
});
