import { createHash } from 'node:crypto';

/** Bytes by content: the key is the lower-case hex SHA-256, so equal bytes are stored once (AT-04). */
export interface BlobStore {
  /** Stores what is not there yet, in few statements; returns the keys in order. */
  put(bodies: readonly BlobBody[]): Promise<readonly string[]>;
  /** Stores one body in a single statement that does not wait for the disk; the next commit makes it durable. Not for use in a transaction, which it would make wait for no disk either. */
  putAhead(body: KeyedBytes): Promise<void>;
  /** The bytes, or undefined. */
  get(key: string): Promise<Buffer | undefined>;
  /** Some of the bytes from `offset` on, fewer at the end, and how many there are; undefined where there are none. */
  read(key: string, offset: number, length: number): Promise<BlobStretch | undefined>;
  /** Removes bodies that no row points at and that are older than `olderThan`; returns how many. */
  sweep(olderThan: Date): Promise<number>;
}

/** What is to be stored. */
export type BlobBody = Uint8Array | KeyedBytes | BlobPart;

/** Bytes whose key is known already. */
export interface KeyedBytes {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Bytes with their key, which is computed unless it is known. */
export function keyedBytes(bytes: Uint8Array, sha256 = createHash('sha256').update(bytes).digest('hex')): KeyedBytes {
  return { bytes, sha256 };
}

/** Bytes that stand in another body, put at the same time: they are found there and not stored again. */
export interface BlobPart {
  readonly within: Uint8Array;
  /** Bytes of the other body in which they stand. */
  readonly start: number;
  readonly length: number;
  /** Of the bytes themselves. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Characters of a line and bytes of a line end where they stand there as base64; absent where they stand as they are. */
  readonly lines?: Base64Layout | undefined;
}

/** How base64 is laid out in lines. */
export interface Base64Layout {
  readonly chars: number;
  readonly end: number;
}

/** Some bytes of a body. */
export interface BlobStretch {
  readonly bytes: Buffer;
  /** Of the whole body. */
  readonly sizeBytes: number;
}
