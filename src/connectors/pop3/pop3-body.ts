import type { BufferPool } from '../../base/buffer-pool.ts';

/** The bytes of one multi-line response, dots already unstuffed. */
export interface Pop3Body {
  /** What was kept: everything, or the first `maxBytes` when `truncated` (nothing when the excess was to be dropped). */
  readonly bytes: Buffer;
  /** True when the response was longer than allowed. */
  readonly truncated: boolean;
  /** False when the stream broke after the limit was passed: the conversation is over, this message is judged all the same. */
  readonly complete: boolean;
  /** Bytes the server really sent, unstuffed. */
  readonly sizeBytes: number;
  /** Gives the memory of `bytes` back to the pool it is of; absent where it is of none. */
  readonly release?: () => void;
}

/** How much of a multi-line response is kept. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** `drop` frees everything once the limit is passed, `truncate` keeps the first `maxBytes`. */
  readonly excess: 'drop' | 'truncate';
  /** Size the server announced, bytes: saves growing the buffer, is never trusted. */
  readonly hintBytes?: number | undefined;
  /** Where memory for large bodies comes from. */
  readonly pool?: BufferPool | undefined;
}

/** Above this, pieces are copied into one growing buffer at once, so that a large message is never held twice. */
const gatherAboveBytes = 256 * 1024;

/** Collects the pieces of a body; once over the limit it only counts, so memory stays flat whatever the server sends. */
export class BodyCollector {
  readonly #limits: BodyLimits;
  #parts: Buffer[] = [];
  #large: Buffer | undefined;
  #kept = 0;
  #seen = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Bytes seen so far, kept or not. */
  get seenBytes(): number {
    return this.#seen;
  }

  /** True once more than `maxBytes` came. */
  get isOver(): boolean {
    return this.#seen > this.#limits.maxBytes;
  }

  /** Takes the next piece, whose memory the next read may use again. */
  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#seen += piece.length;
    if (!this.isOver) {
      this.#keep(piece);
    } else if (this.#limits.excess === 'truncate') {
      const room = this.#limits.maxBytes - this.#kept;
      if (room > 0) this.#keep(piece.subarray(0, room));
    } else {
      this.#parts = [];
      this.#release(this.#large);
      this.#large = undefined;
      this.#kept = 0;
    }
  }

  /** The body; the collector is done after this. */
  finish(complete: boolean): Pop3Body {
    const large = this.#large;
    const body = { bytes: this.#bytes(), truncated: this.isOver, complete, sizeBytes: this.#seen };
    return large === undefined || this.#limits.pool === undefined
      ? body
      : { ...body, release: () => this.#release(large) };
  }

  #release(large: Buffer | undefined): void {
    if (large !== undefined) this.#limits.pool?.give(large);
  }

  #bytes(): Buffer {
    if (this.#large !== undefined) return this.#large.subarray(0, this.#kept);
    const [only] = this.#parts;
    return this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts, this.#kept);
  }

  #keep(piece: Buffer): void {
    const size = this.#kept + piece.length;
    if (this.#large === undefined && size <= gatherAboveBytes) {
      this.#parts.push(Buffer.from(piece));
    } else {
      const room = this.#roomFor(size);
      piece.copy(room, this.#kept);
    }
    this.#kept = size;
  }

  #roomFor(size: number): Buffer {
    if (this.#large !== undefined && this.#large.length >= size) return this.#large;
    const hint = this.#limits.hintBytes ?? 0;
    const wanted = this.#large === undefined && hint >= size ? hint : size * 2;
    const room = Math.max(size, Math.min(wanted, this.#limits.maxBytes));
    const grown = this.#limits.pool?.take(room) ?? Buffer.allocUnsafeSlow(room);
    let at = 0;
    for (const part of this.#large === undefined ? this.#parts : [this.#large.subarray(0, this.#kept)]) {
      at += part.copy(grown, at);
    }
    this.#release(this.#large);
    this.#parts = [];
    this.#large = grown;
    return grown;
  }
}
