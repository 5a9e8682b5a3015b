import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { OutgoingMail } from '../../../src/contracts/mail-sender.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { DeliveryStatus, EmailStatus } from '../../../src/tables/choices.ts';
import { accept, everyone, type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('delivery reports that come before the outcome is written', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  beforeEach(async () => {
    scene.sender.sent.length = 0;
    scene.sender.script = [];
    scene.sender.otherwise = accept;
    await scene.store.database.sql('delete from email');
  });

  /** What the incoming side writes when a bounce names this address. */
  async function bounce(id: string, address: string): Promise<void> {
    const { records } = scene.store.database;
    for (const party of await scene.parties(id)) {
      if (party.addressused !== address) continue;
      await records.update('activityparty', party.activitypartyid ?? '', {
        mr_deliverystatus: DeliveryStatus.bounced,
        mr_deliveryreply: '550 5.1.1 user unknown',
      });
    }
    await records.update('email', id, {
      mr_lasterrorcode: 'mr_BouncedHard',
      mr_lasterror: `A delivery report says: ${address}: the address does not exist.`,
    });
  }

  const statuses = async (id: string): Promise<Record<string, unknown>> =>
    Object.fromEntries((await scene.parties(id)).map((party) => [party.addressused, party.mr_deliverystatus]));

  it('UD-04: a bounce stays a bounce when the turn writes "accepted" after it', async () => {
    const id = await scene.pendingEmail({}, ['ada@customer.example', 'bea@customer.example']);
    scene.sender.script = [
      async (mail) => {
        await bounce(id, 'ada@customer.example');
        return accept(mail);
      },
    ];
    await scene.turn(runOutgoingTurn);
    assert.deepEqual(await statuses(id), {
      'ada@customer.example': DeliveryStatus.bounced,
      'bea@customer.example': DeliveryStatus.accepted,
    });
    const email = await scene.email(id);
    assert.equal(email.statuscode, EmailStatus.sent);
    assert.equal(email.mr_lasterrorcode, 'mr_BouncedHard');
    assert.match(email.mr_lasterror ?? '', /the address does not exist/);
  });

  it('UD-04: whoever bounced is left out when the others are tried again', async () => {
    const id = await scene.pendingEmail({}, ['ada@customer.example', 'bea@customer.example']);
    const put = (mail: OutgoingMail, address: string) => ({
      recipients: mail.envelope.to.map((to) => ({
        address: to,
        outcome: to === address ? ('accepted' as const) : ('deferred' as const),
        reply: to === address ? '250 Ok' : '451 4.7.1 later',
      })),
      serverReply: '250 Ok',
    });
    scene.sender.script = [(mail) => put(mail, 'ada@customer.example')];
    await scene.turn(runOutgoingTurn);
    await bounce(id, 'ada@customer.example');
    await scene.clock.advance(86_400_000);
    await scene.turn(runOutgoingTurn);
    assert.deepEqual(scene.sender.sent.at(-1)?.envelope.to, ['bea@customer.example']);
    assert.equal((await statuses(id))['ada@customer.example'], DeliveryStatus.bounced);
  });

  it('UD-04: with mr_SetFailedOnDeliveryReport the email is Failed when nobody is left', async () => {
    const { organizationid, store } = scene;
    const setting = '<OrgSettings><mr_SetFailedOnDeliveryReport>true</mr_SetFailedOnDeliveryReport></OrgSettings>';
    await store.database.records.update('organization', organizationid, {
      orgdborgsettings: setting,
    });
    const id = await scene.pendingEmail();
    scene.sender.script = [
      async (mail) => {
        await bounce(id, 'ada@customer.example');
        return accept(mail);
      },
    ];
    await scene.turn(runOutgoingTurn);
    await store.database.records.update('organization', organizationid, { orgdborgsettings: null });
    assert.equal((await scene.email(id)).statuscode, EmailStatus.failed);
  });

  it('UD-04: a bounced recipient sent to again on request shows what came of that', async () => {
    const id = await scene.pendingEmail();
    await scene.turn(runOutgoingTurn);
    await bounce(id, 'ada@customer.example');
    await scene.store.database.records.update('email', id, {
      statuscode: EmailStatus.pendingSend,
      deliveryattempts: 0,
      messageid: null,
      mr_identity: null,
    });
    scene.sender.script = [(mail) => everyone(mail, 'accepted', '250 2.0.0 Ok: queued as 4712')];
    await scene.turn(runOutgoingTurn);
    assert.equal(scene.sender.sent.length, 2);
    assert.equal((await statuses(id))['ada@customer.example'], DeliveryStatus.accepted);
    assert.equal((await scene.email(id)).mr_lasterrorcode ?? null, null);
  });
});
