import { keyedBytes } from '../../store/blob-store.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/** Messages from this size on are stored as they come, bytes. */
const largeBytes = 262_144;

/** Stores the bytes of large messages before their groups are committed. */
export interface StoreAhead {
  /** Starts to store a message where that pays and returns the key of its bytes, or undefined. */
  put(raw: Buffer): string | undefined;
  /** Resolves when all that was put so far is stored, or something of it failed: false, and a connection may still be reading its memory. */
  settled(): Promise<boolean>;
}

/**
 * Stores large messages one after another on a connection of their own, while others are read and the group before is being committed.
 * They are not made durable by themselves: the commit of the group comes later in the same log and does it. Bytes of which
 * nothing comes in the end are swept as all those without a record; bytes that could not be stored are stored with the group, which
 * knows what to make of the failure. Mailboxes that leave mail aside store nothing before it is judged.
 */
export function createStoreAhead(turn: IncomingTurn): StoreAhead {
  let last = Promise.resolve(true);
  return {
    put(raw) {
      if (turn.headsFirst || turn.isForward || raw.length < largeBytes) return undefined;
      const body = keyedBytes(raw);
      last = last.then((isWhole) =>
        turn.context.database.blobs.putAhead(body).then(
          () => isWhole,
          () => false,
        ),
      );
      return body.sha256;
    },
    settled: () => last,
  };
}
