/** Sizes are rounded up to a multiple of this, so that bodies of about one size fit each other's memory, bytes. */
const stepBytes = 65_536;

/** Memory for large bodies that is used again: fresh memory for each would have the collector run for every few of them. */
export class BufferPool {
  readonly #mostFreeBytes: number;
  readonly #lent = new WeakSet<Buffer>();
  #free: Buffer[] = [];
  #freeBytes = 0;

  /** Keeps at most `mostFreeBytes` for later. */
  constructor(mostFreeBytes: number) {
    this.#mostFreeBytes = mostFreeBytes;
  }

  /** At least `size` bytes, of any content. */
  take(size: number): Buffer {
    const fits = (buffer: Buffer): boolean => buffer.length >= size && buffer.length <= 2 * size;
    const index = this.#free.findIndex(fits);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    this.#freeBytes -= found?.length ?? 0;
    const taken = found ?? Buffer.allocUnsafeSlow(Math.ceil(size / stepBytes) * stepBytes);
    this.#lent.add(taken);
    return taken;
  }

  /** Takes back what `take` gave out, once; nothing may look at it afterwards. */
  give(buffer: Buffer): void {
    // Given back twice, it would be lent to two at a time.
    if (!this.#lent.delete(buffer) || this.#freeBytes + buffer.length > this.#mostFreeBytes) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.length;
  }
}
