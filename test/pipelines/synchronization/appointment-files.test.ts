import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type ActScene, addFilter, openActScene } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';
import { EwsClient } from '../../testbed/exchange/support/ews-client.ts';

const takesPart =
  '<fetch><entity name="appointment"><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="ne" value="9"/></filter></link-entity></entity></fetch>';

describe('files at appointments (FM-A2)', () => {
  let scene: ActScene;
  let id: string;
  let client: EwsClient;
  beforeEach(async () => {
    scene = await openActScene();
    client = new EwsClient({ url: scene.server.ewsUrl, user: 'anna@ours.example', password: 'secret-of-the-tests' });
    await carry(true);
    await addFilter(scene, 'anna', 'appointment', takesPart);
    id = await scene.storeOf('anna').create('appointment', {
      subject: 'Plan',
      scheduledstart: new Date('2026-03-30T08:00:00Z'),
      scheduledend: new Date('2026-03-30T09:00:00Z'),
      statecode: 3,
      statuscode: 5,
      ownerid: { table: 'systemuser', id: seeded.anna },
      organizer: [{ partyid: { table: 'systemuser', id: seeded.anna } }],
    });
  });
  afterEach(() => scene.close());

  const carry = (isappointmentattachmentsyncenabled: boolean) =>
    scene.database.records.update('organization', seeded.organization, { isappointmentattachmentsyncenabled });
  const settle = async (): Promise<void> => {
    await scene.clock.advance(1000);
    await scene.settle('anna');
  };
  const attach = (filename: string, text: string) =>
    scene.storeOf('anna').create('activitymimeattachment', {
      objectid: { table: 'appointment', id },
      objecttypecode: 'appointment',
      filename,
      body: Buffer.from(text).toString('base64'),
    });
  const here = async () => {
    const page = await scene.database.records.retrieveMultiple({
      table: 'activitymimeattachment',
      columns: ['filename', 'mr_blob'],
      filter: { column: 'objectid', operator: 'eq', value: id },
    });
    const files = await Promise.all(
      page.rows.map(async (row) => [row.filename, String(await scene.database.blobs.get(row.mr_blob ?? ''))]),
    );
    return files.sort();
  };
  const item = () => {
    const { mailbox } = scene.server.account('anna@ours.example');
    const [found] = [...mailbox.folderNamed('calendar').byArrival];
    assert.ok(found && typeof found.content === 'object');
    return { id: found.id, files: found.content.attachments };
  };
  const there = () =>
    item()
      .files.map(({ name, content }) => [name, String(content)])
      .sort();
  const attachThere = (name: string, text: string) =>
    client.expect(
      `<m:CreateAttachment><m:ParentItemId Id="${item().id}"/><m:Attachments><t:FileAttachment><t:Name>${name}</t:Name><t:Content>${Buffer.from(text).toString('base64')}</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>`,
    );

  it('FM-A2, AA-14: files go both ways, are taken off both ways, and nothing is carried twice', async () => {
    await attach('agenda.txt', 'one');
    await settle();
    assert.deepEqual(there(), [['agenda.txt', 'one']]);
    await attachThere('minutes.txt', 'two');
    await settle();
    const both = [
      ['agenda.txt', 'one'],
      ['minutes.txt', 'two'],
    ];
    assert.deepEqual([await here(), there()], [both, both]);
    const rows = await scene.database.records.retrieveMultiple({
      table: 'activitymimeattachment',
      filter: { column: 'filename', operator: 'eq', value: 'agenda.txt' },
    });
    await scene.storeOf('anna').delete('activitymimeattachment', rows.rows[0]?.activitymimeattachmentid ?? '');
    await settle();
    assert.deepEqual([await here(), there()], [[both[1]], [both[1]]]);
    const outcome = await scene.turn('anna');
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed], [0, 0]);
  });

  it('FM-A2, AT-01, AT-02: blocked and large files stay where they are and hinder nothing', async () => {
    await scene.database.records.update('organization', seeded.organization, { mr_maximumattachmentsizekb: 1 });
    await settle();
    await attachThere('tool.exe', 'x');
    await attachThere('large.bin', 'y'.repeat(3000));
    await attachThere('small.txt', 'z');
    await settle();
    assert.deepEqual(await here(), [['small.txt', 'z']]);
    await attach('other.txt', 'o');
    await settle();
    assert.deepEqual(
      there().map(([name]) => name),
      ['large.bin', 'other.txt', 'small.txt', 'tool.exe'],
    );
  });

  it('FM-A2: `attachmenterrors` says that a file of either side is left out, and no longer when none is', async () => {
    const errors = async () => (await scene.database.records.retrieve('appointment', id))?.attachmenterrors;
    const limit = (mr_maximumattachmentsizekb: number) =>
      scene.database.records.update('organization', seeded.organization, { mr_maximumattachmentsizekb });
    const compareAnew = () =>
      scene.database.records.updateWhere(
        'exchangesyncidmapping',
        { and: [] },
        { mr_changekey: null, mr_recordversion: null },
      );
    await limit(1);
    await settle();
    assert.equal(await errors(), 0);
    await attachThere('tool.exe', 'x');
    await attachThere('small.txt', 'z');
    await settle();
    assert.deepEqual([await errors(), await here()], [1, [['small.txt', 'z']]]);
    const quiet = await scene.turn('anna');
    assert.deepEqual([quiet.itemsProcessed, quiet.itemsFailed, quiet.more], [0, 0, false], 'the note is no change');
    const { mailbox } = scene.server.account('anna@ours.example');
    const stored = mailbox.items.get(item().id);
    assert.ok(stored && typeof stored.content === 'object');
    const { content } = stored;
    mailbox.changeItem(stored, () => {
      const kept = content.attachments.filter(({ name }) => name !== 'tool.exe');
      content.attachments.splice(0, content.attachments.length, ...kept);
    });
    await settle();
    assert.equal(await errors(), 0, 'gone there');
    await limit(100);
    await attach('large.txt', 'y'.repeat(3000));
    await limit(1);
    await settle();
    assert.deepEqual([await errors(), there()], [1, [['small.txt', 'z']]], 'left out here');
    await limit(100);
    await compareAnew();
    await settle();
    assert.deepEqual([await errors(), there().length], [0, 2]);
  });

  it('FM-A2: nothing is carried unless the organisation wants it; switched on later, both sides are joined', async () => {
    await carry(false);
    await attach('ours.txt', 'one');
    await settle();
    await attachThere('theirs.txt', 'two');
    await settle();
    assert.deepEqual([await here(), there()], [[['ours.txt', 'one']], [['theirs.txt', 'two']]]);
    await carry(true);
    await scene.database.records.updateWhere('exchangesyncidmapping', { and: [] }, { mr_recordversion: null });
    await settle();
    await scene.database.records.updateWhere('exchangesyncidmapping', { and: [] }, { mr_changekey: null });
    await settle();
    const both = [
      ['ours.txt', 'one'],
      ['theirs.txt', 'two'],
    ];
    assert.deepEqual([await here(), there()], [both, both], 'nothing was taken off');
  });
});
