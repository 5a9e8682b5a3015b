import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeliveryReport, ReportedRecipient } from '../../../src/formats/delivery/delivery-report.ts';
import { planDeliveries, type SentRecipient } from '../../../src/pipelines/incoming/plan-deliveries.ts';
import { DeliveryStatus } from '../../../src/tables/choices.ts';

const reported = (address: string, more: Partial<ReportedRecipient> = {}): ReportedRecipient => ({
  address,
  addresses: [address],
  action: 'failed',
  status: '5.1.1',
  reply: '550',
  reason: 'userUnknown',
  isHard: true,
  words: '550 5.1.1 user unknown',
  ...more,
});

const report = (...recipients: ReportedRecipient[]): DeliveryReport => ({
  recipients,
  original: { messageId: '', inReplyTo: '', references: [], subject: '', from: '', recipients: [] },
  envelopeId: '',
});

const sentTo = (address: string, more: Partial<SentRecipient> = {}): SentRecipient => ({
  partyId: address,
  address,
  status: DeliveryStatus.accepted,
  reply: '250 ok',
  ...more,
});

describe('what a delivery report changes at the sent email', () => {
  it('UD-04: every row of the failed address, whatever its spelling; the others stay', () => {
    const rows = [
      sentTo('Carla@Customer.example'),
      sentTo('carla@customer.example', { partyId: 'two' }),
      sentTo('carlo@customer.example'),
    ];
    const plan = planDeliveries(report(reported('carla@CUSTOMER.example')), rows);
    assert.deepEqual(
      plan.changes.map(({ partyId, status, cause, isHard }) => [partyId, status, cause, isHard]),
      [
        ['Carla@Customer.example', DeliveryStatus.bounced, 'the address does not exist', true],
        ['two', DeliveryStatus.bounced, 'the address does not exist', true],
      ],
    );
    assert.equal(plan.reachedNobody, false);
  });

  it('UD-04: one recipient under another name is the one it was sent to', () => {
    const plan = planDeliveries(report(reported('box17@inner.example')), [sentTo('carla@customer.example')]);
    assert.equal(plan.changes[0]?.partyId, 'carla@customer.example');
    assert.equal(plan.reachedNobody, true);
  });

  it('UD-04: of several recipients none is guessed', () => {
    const rows = [sentTo('carla@customer.example'), sentTo('carlo@customer.example')];
    const plan = planDeliveries(report(reported('box17@inner.example')), rows);
    assert.deepEqual(plan.changes, []);
  });

  it('UD-04: what bounced stays bounced when an older report comes late, and the same report changes nothing twice', () => {
    const bounced = sentTo('carla@customer.example', {
      status: DeliveryStatus.bounced,
      reply: '550 5.1.1 user unknown',
    });
    const delayed = reported('carla@customer.example', { action: 'delayed', status: '4.4.1', words: 'timeout' });
    assert.deepEqual(planDeliveries(report(delayed), [bounced]).changes, []);
    assert.deepEqual(planDeliveries(report(reported('carla@customer.example')), [bounced]).changes, []);
    const waiting = sentTo('carla@customer.example', { status: DeliveryStatus.deferred, reply: 'timeout' });
    const delivered = reported('carla@customer.example', {
      action: 'delivered',
      reason: undefined,
      words: 'delivered',
    });
    assert.equal(planDeliveries(report(delivered), [waiting]).changes[0]?.status, DeliveryStatus.accepted);
  });

  it('UD-04: codes that the words leave out are kept with them', () => {
    const plan = planDeliveries(report(reported('carla@customer.example', { words: 'No such user' })), [
      sentTo('carla@customer.example'),
    ]);
    assert.equal(plan.changes[0]?.reply, '550 5.1.1 No such user');
  });
});
