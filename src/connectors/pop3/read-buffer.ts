import type { OnReadOpts } from 'node:net';

/** Bytes of one read from a socket, at most. */
const readBytes = 65_536;
/** A read of fewer bytes is kept in memory of its own size: one that drips must not fill a slab with each drop. */
const slabAboveBytes = 16_384;

/**
 * Memory for what a socket reads, used again and again: each read would take 64 kB of fresh memory otherwise, and the collector
 * would run more often.
 */
export class ReadBuffer {
  /** Hears of bytes that were read; they are good until `give`. */
  listener: ((bytes: Buffer) => void) | undefined;
  readonly #free: Buffer[] = [];
  /** Memory of the slabs that the listener has: told by themselves, for small buffers share memory of whatever size Node chooses. */
  readonly #lent = new Set<ArrayBufferLike>();
  #slab: Buffer = Buffer.allocUnsafeSlow(readBytes);

  /** What `net.connect` is to be given. The socket has to be paused until somebody listens. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#slab,
    callback: (length) => {
      const bytes = this.#slab.subarray(0, length);
      if (length < slabAboveBytes) this.listener?.(Buffer.from(bytes));
      else {
        this.#lent.add(this.#slab.buffer);
        this.#slab = this.#free.pop() ?? Buffer.allocUnsafeSlow(readBytes);
        this.listener?.(bytes);
      }
      return true;
    },
  };

  /** Takes back what the listener was given; nothing may look at it afterwards. */
  give(bytes: Buffer): void {
    if (this.#lent.delete(bytes.buffer)) this.#free.push(Buffer.from(bytes.buffer));
  }
}
