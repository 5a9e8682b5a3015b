import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type AttemptResult, decideDelivery, retryDelaysMs } from '../../../src/webapi/webhooks/decide-delivery.ts';
import { signatureHeaders } from '../../../src/webapi/webhooks/signature.ts';

const answered = (status: number, retryAfterMs?: number): AttemptResult => ({ kind: 'answered', status, retryAfterMs });

test('2xx delivers, 410 ends the webhook, a broken subscription is not tried again, all else is', () => {
  for (const status of [200, 201, 204, 299])
    assert.deepEqual(decideDelivery(answered(status), 1), { kind: 'delivered' });
  for (const status of [301, 400, 401, 404, 429, 500, 503])
    assert.equal(decideDelivery(answered(status), 1).kind, 'retry');
  assert.deepEqual(decideDelivery({ kind: 'failed', reason: 'refused' }, 1), {
    kind: 'retry',
    afterMs: 5000,
    why: 'refused',
  });
  const gone = decideDelivery(answered(410), 1);
  assert.ok(gone.kind === 'giveUp' && gone.disablesWebhook);
  const broken = decideDelivery({ kind: 'broken', reason: 'no such column' }, 1);
  assert.ok(broken.kind === 'giveUp' && !broken.disablesWebhook && broken.why === 'no such column');
});

test('waits grow, obey Retry-After, and end', () => {
  let last = 0;
  for (let attempts = 1; attempts <= retryDelaysMs.length; attempts += 1) {
    const decision = decideDelivery(answered(500), attempts);
    assert.ok(decision.kind === 'retry' && decision.afterMs >= last);
    last = decision.afterMs;
  }
  assert.equal(decideDelivery(answered(500), retryDelaysMs.length + 1).kind, 'giveUp');
  const asked = decideDelivery(answered(429, 60_000), 1);
  assert.ok(asked.kind === 'retry' && asked.afterMs === 60_000);
});

test('the signature is the HMAC of id, time and body under the secret', () => {
  const key = Buffer.alloc(24, 7);
  const now = new Date('2024-05-15T12:00:00.900Z');
  const headers = signatureHeaders(`whsec_${key.toString('base64')}`, 'msg_1', now, '{"a":1}');
  const expected = createHmac('sha256', key).update('msg_1.1715774400.{"a":1}').digest('base64');
  assert.deepEqual(headers, {
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1715774400',
    'webhook-signature': `v1,${expected}`,
  });
});
