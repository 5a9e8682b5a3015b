import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runOutgoingTurn } from '../../src/pipelines/outgoing/pipeline.ts';
import { resolveAlerts, writeAlert } from '../../src/pipelines/trace.ts';
import { mailAlerts } from '../../src/scheduler/mail-alerts.ts';
import { createScheduler } from '../../src/scheduler/scheduler.ts';
import { readOrganizationSettings } from '../../src/store/organization-settings.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import type { EntityReference } from '../../src/tables/table-definition.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

const hourMs = 3_600_000;

describe('alerts by mail', () => {
  let scene: OutgoingScene;
  let queueMailbox: string;
  beforeEach(async () => {
    scene = await outgoingScene({ notifymailboxownerofemailserverlevelalerts: true });
    const { records } = scene.store.database;
    const queueid = await records.create('queue', { name: 'Support', emailaddress: 'support@contoso.example' });
    queueMailbox = await records.create('mailbox', {
      name: 'Support',
      emailaddress: 'support@contoso.example',
      regardingobjectid: { table: 'queue', id: queueid },
      ownerid: { table: 'systemuser', id: scene.userid },
      emailserverprofile: { table: 'emailserverprofile', id: scene.profileid },
      outgoingemaildeliverymethod: 2,
      emailrouteraccessapproval: 1,
      enabledforoutgoingemail: true,
    });
    await scene.leases.reconcile(scene.clock.now());
  });
  afterEach(() => scene.close());

  const run = (): Promise<number> =>
    mailAlerts({
      database: scene.store.database,
      systemUserId: scene.userid,
      clock: scene.clock,
      baseUrl: 'https://mail.example',
    });
  const notices = async (): Promise<readonly RecordOf<'email'>[]> => {
    const filter = { column: 'subject', operator: 'startsWith', value: 'Mailroom: ' } as const;
    return (await scene.store.database.records.retrieveMultiple({ table: 'email', filter })).rows;
  };
  async function alert(
    code: string,
    level: 'error' | 'warning' = 'error',
    regarding: EntityReference = { table: 'mailbox', id: scene.mailboxid },
  ): Promise<void> {
    const settings = await readOrganizationSettings(scene.store.database.records);
    await scene.store.database.transaction((scope) =>
      writeAlert(scope, settings, scene.clock.now(), {
        level,
        code,
        text: `The server refused the password of ${code}.`,
        regarding,
        regardingOwner: { table: 'systemuser', id: scene.userid },
      }),
    );
  }

  it('AL-10, ST-11: an error of a mailbox is mailed to its owner, once, through another mailbox, marked as automatic', async () => {
    await alert('x');
    assert.equal(await run(), 1);
    const [notice, ...others] = await notices();
    assert.equal(others.length, 0);
    assert.equal(notice?.sendermailboxid?.id, queueMailbox);
    assert.match(notice?.description ?? '', /refused the password of x/);
    assert.match(notice?.description ?? '', new RegExp(`https://mail\\.example/mailboxes/${scene.mailboxid}`));
    const turns = { incoming: undefined, outgoing: runOutgoingTurn, act: undefined, test: undefined };
    await createScheduler(scene.schedulerOptions({ turns })).runOnce();
    assert.deepEqual(scene.sender.sent[0]?.envelope.to, ['grace@contoso.example']);
    assert.match(scene.sender.sent[0]?.raw.toString() ?? '', /^Auto-Submitted: auto-generated/m);
    await alert('x');
    await scene.clock.advance(2 * hourMs);
    assert.equal(await run(), 0, 'the same alert, counted up, is told once');
  });

  it('AL-10: one mail an hour; what came up meanwhile is told together', async () => {
    await alert('x');
    await run();
    await alert('y');
    await alert('z');
    assert.equal(await run(), 0);
    await scene.clock.advance(hourMs + 1);
    assert.equal(await run(), 2);
    const told = await notices();
    assert.equal(told.length, 2);
    assert.ok(told.some(({ description }) => /of y/.test(description ?? '') && /of z/.test(description ?? '')));
  });

  it('AL-02, AL-12: warnings, alerts that are over and alerts about emails are not mailed', async () => {
    await alert('w', 'warning');
    await alert('over');
    const { database } = scene.store;
    await database.transaction((scope) =>
      resolveAlerts(scope, { table: 'mailbox', id: scene.mailboxid }, undefined, scene.clock.now()),
    );
    await alert('mail', 'error', { table: 'email', id: await scene.pendingEmail() });
    assert.equal(await run(), 0);
    assert.equal((await notices()).length, 0);
  });

  it('ST-11: nothing is mailed when the organisation does not want it', async () => {
    const { records } = scene.store.database;
    const { organizationid } = await readOrganizationSettings(records);
    await records.update('organization', organizationid, { notifymailboxownerofemailserverlevelalerts: false });
    await alert('x');
    assert.equal(await run(), 0);
  });

  it('AL-10: a mailbox in trouble never carries the mail about itself; the mail waits until another can', async () => {
    const { records } = scene.store.database;
    await records.update('mailbox', queueMailbox, { mr_outgoinglasterror: 'The server did not answer.' });
    await alert('x');
    assert.equal(await run(), 0);
    assert.equal((await notices()).length, 0);
    await records.update('mailbox', queueMailbox, { mr_outgoinglasterror: null });
    assert.equal(await run(), 1);
  });

  it('AL-04: the alert of a team is mailed to its administrator; several processes at once tell it once', async () => {
    const { records } = scene.store.database;
    const team = await records.create('team', {
      name: 'Night shift',
      administratorid: { table: 'systemuser', id: scene.userid },
    });
    await records.update('mailbox', scene.mailboxid, { ownerid: { table: 'team', id: team } });
    await alert('x');
    const told = await Promise.all([run(), run(), run()]);
    assert.equal(
      told.reduce((sum, count) => sum + count, 0),
      1,
    );
    assert.equal((await notices()).length, 1);
  });
});
