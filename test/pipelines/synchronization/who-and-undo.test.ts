import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { claimMailbox } from '../../../src/pipelines/synchronization/act-claim-check.ts';
import { undoAct } from '../../../src/pipelines/synchronization/undo.ts';
import { readOrganizationSettings } from '../../../src/store/organization-settings.ts';
import { type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

describe('who synchronises a mailbox, and taking it back', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
    await addFilter(scene, 'anna', 'contact');
  });
  afterEach(() => scene.close());

  const create = (lastname: string): Promise<string> =>
    scene.storeOf('anna').create('contact', { lastname, ownerid: { table: 'systemuser', id: seeded.anna } });

  it('TE-13, TE-14: a mailbox of another organisation is refused until it is taken over', async () => {
    const port = scene.outlookOf('anna');
    const theirs = { organizationId: 'other', organizationName: 'Others', on: new Date('2026-01-01T00:00:00Z') };
    await port.writeClaim(theirs, quietSignal);
    await create('One');
    const refused = await scene.turn('anna');
    assert.equal(refused.error?.code, 'mr_ActOtherOrganization');
    assert.match(refused.error?.message ?? '', /"Others"/);
    assert.equal((await scene.items('anna', 'contacts')).length, 0);
    const settings = await readOrganizationSettings(scene.database.records);
    const now = scene.clock.now();
    await assert.rejects(claimMailbox(port, {}, settings, now, quietSignal), { code: 'mr_ActOtherOrganization' });
    await claimMailbox(port, { mr_acttakesover: true }, settings, now, quietSignal);
    await scene.settle('anna');
    assert.equal((await scene.items('anna', 'contacts')).length, 1);
  });

  it('AC-01: a mailbox that belongs to no user has nothing to synchronise', async () => {
    await scene.database.records.update('mailbox', seeded.annasMailbox, { regardingobjectid: null });
    assert.equal((await scene.turn('anna')).error?.code, 'mr_ActNoUser');
  });

  it('AC-07: an item that is deleted right after its making is noticed, though the server never tells', async () => {
    const id = await create('Short');
    await scene.turn('anna');
    const [item] = await scene.items('anna', 'contacts');
    assert.ok(item);
    await scene.outlookOf('anna').remove(item, 'nobody', quietSignal);
    await scene.settle('anna');
    assert.equal(await scene.database.records.retrieve('contact', id), undefined);
  });

  it('undo deletes what was made and nobody changed, and cuts every tie', async () => {
    await create('Untouched');
    await create('Touched');
    await scene.settle('anna');
    const touched = (await scene.items('anna', 'contacts')).find((item) => item.title === 'Touched');
    assert.ok(touched);
    const change = { kind: 'contact' as const, fields: { jobtitle: 'By hand' }, notify: 'nobody' as const };
    await scene.outlookOf('anna').update(touched, change, quietSignal);
    const done = await undoAct(scene.database, scene.outlookOf('anna'), seeded.annasMailbox, quietSignal);
    assert.deepEqual(done, { deleted: 1, kept: 1, isComplete: true });
    assert.deepEqual(
      (await scene.items('anna', 'contacts')).map((item) => item.title),
      ['Touched'],
    );
    assert.deepEqual(await scene.links('anna'), []);
    assert.equal(
      await scene.database.records.count('contact', {
        column: 'lastname',
        operator: 'in',
        value: ['Touched', 'Untouched'],
      }),
      2,
    );
  });
});
