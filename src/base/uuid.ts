import { randomUUID } from 'node:crypto';

/** A UUID of version 7: ordered by time (`nowMs`, Unix milliseconds), 74 random bits (RFC 9562 5.7), those of `random`, a version 4 UUID. */
export function newUuid(nowMs: number, random: string = randomUUID()): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** True for the text form of any UUID, in either case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
