import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type ActPerson, type ActScene, openActScene } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

const minuteMs = 60_000;
const entry = /name="Tracked to Dynamics 365"/;

describe('the category in the list of a mailbox that synchronises items', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
  });
  afterEach(() => scene.close());

  const readsMail = (isOn: boolean): Promise<unknown> =>
    scene.database.records.update('mailbox', seeded.annasMailbox, {
      incomingemaildeliverymethod: isOn ? 2 : 0,
      enabledforincomingemail: isOn,
    });
  const configurations = (person: ActPerson) => scene.server.account(`${person}@ours.example`).mailbox.configurations;
  const list = (): string =>
    [...configurations('anna').values()].map(({ xmlData }) => xmlData?.toString('utf8') ?? '').join();
  const told = () =>
    scene.database.records.count('tracelog', { column: 'text', operator: 'like', value: '%has the category%' });

  it('CT-01, CT-02, CT-06: where no mail is read the items see to it, once, and again after it was deleted', async () => {
    await readsMail(false);
    await scene.settle('anna');
    assert.match(list(), entry);
    assert.equal(await told(), 1);
    for (const configuration of configurations('anna').values())
      configuration.xmlData = Buffer.from('<categories xmlns="CategoryList.xsd"/>');
    await scene.settle('anna');
    assert.doesNotMatch(list(), entry, 'it is not looked at in every turn');
    await scene.clock.advance(15 * minuteMs);
    await scene.settle('anna');
    assert.match(list(), entry);
    assert.equal(await told(), 1);
  });

  it('CT-01: where mail is read its turns see to it', async () => {
    await readsMail(true);
    await scene.settle('anna');
    assert.doesNotMatch(list(), entry);
  });

  it('CT-07: where nothing is marked no list is touched', async () => {
    await readsMail(false);
    await scene.setSwitch('TrackCategorizedItems', false);
    await scene.settle('anna');
    assert.doesNotMatch(list(), entry);
    assert.equal(await told(), 0);
  });
});
