/** Sizes are rounded up to a multiple of this, so that messages of about one size fit each other's memory, bytes. */
const stepBytes = 65_536;
/** Memory kept for later, at most, bytes. */
const mostFreeBytes = 16 * 1024 * 1024;

/** Memory for large messages that is used again within one conversation: fresh memory for each would have the collector run for every few of them. */
export class BufferPool {
  #free: Buffer[] = [];
  #freeBytes = 0;

  /** At least `size` bytes, of any content. */
  take(size: number): Buffer {
    const fits = (buffer: Buffer): boolean => buffer.length >= size && buffer.length <= 2 * size;
    const index = this.#free.findIndex(fits);
    if (index < 0) return Buffer.allocUnsafeSlow(Math.ceil(size / stepBytes) * stepBytes);
    const [found] = this.#free.splice(index, 1) as [Buffer];
    this.#freeBytes -= found.length;
    return found;
  }

  /** Takes back what `take` gave out; nothing may look at it afterwards. */
  give(buffer: Buffer): void {
    if (this.#freeBytes + buffer.length > mostFreeBytes) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.length;
  }
}
