/** Bytes by content: the key is the lower-case hex SHA-256, so equal bytes are stored once (AT-04). */
export interface BlobStore {
  /** Stores what is not there yet, in few statements; returns the keys in order. */
  put(bodies: readonly Uint8Array[]): Promise<readonly string[]>;
  /** The bytes, or undefined. */
  get(key: string): Promise<Buffer | undefined>;
  /** Removes bodies that no row points at and that are older than `olderThan`; returns how many. */
  sweep(olderThan: Date): Promise<number>;
}
