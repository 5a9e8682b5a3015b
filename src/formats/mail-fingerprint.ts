import { createHash } from 'node:crypto';
import { normaliseMessageId } from './message-id.ts';

/**
 * What recognises a message of one mailbox when its server has numbered everything anew (PAIN-09): Message-ID, size in bytes and the
 * time the server received it, as 22 characters. Undefined where the server does not tell when that was.
 */
export function mailFingerprint(
  messageId: string,
  sizeBytes: number,
  receivedOn: Date | undefined,
): string | undefined {
  if (receivedOn === undefined) return undefined;
  const seconds = Math.floor(receivedOn.getTime() / 1000);
  const text = `${normaliseMessageId(messageId)} ${sizeBytes} ${seconds}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
