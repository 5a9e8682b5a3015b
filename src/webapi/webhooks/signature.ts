import { createHmac } from 'node:crypto';

/** The headers that prove who sent a webhook and when (Standard Webhooks 1.0): HMAC-SHA256 over id, time and body with the secret behind `whsec_`. */
export function signatureHeaders(
  secret: string,
  id: string,
  now: Date,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
