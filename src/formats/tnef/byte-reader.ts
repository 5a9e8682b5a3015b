/** Reads little-endian values from bytes in order; past the end every read says that nothing is left. */
export class ByteReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next byte, 16-bit or 32-bit number; undefined past the end. */
  number(size: 1 | 2 | 4): number | undefined {
    if (this.left < size) return undefined;
    const value = this.bytes.readUIntLE(this.at, size);
    this.at += size;
    return value;
  }

  /** The next bytes, shared with the source; undefined when fewer are left. */
  take(length: number): Buffer | undefined {
    if (length > this.left) return undefined;
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  /** Passes over bytes, as many as there are. */
  skip(length: number): void {
    this.at = Math.min(this.bytes.length, this.at + length);
  }
}
