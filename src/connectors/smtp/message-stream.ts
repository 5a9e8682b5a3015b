import { Readable } from 'node:stream';

const sliceBytes = 65_536;

/** The bytes of a message in slices, telling how far they have gone. */
export class MessageStream extends Readable {
  readonly #raw: Buffer;
  readonly #onSlice: () => void;
  #position = 0;

  /** `onSlice` is called before each slice leaves; what it throws ends the stream before that slice is sent. */
  constructor(raw: Buffer, onSlice: () => void) {
    super({ highWaterMark: 1 });
    this.#raw = raw;
    this.#onSlice = onSlice;
  }

  /** True once the last slice was given away: from here on the final dot may reach the server. */
  get finished(): boolean {
    return this.#position >= this.#raw.length;
  }

  override _read(): void {
    try {
      this.#onSlice();
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    const end = Math.min(this.#position + sliceBytes, this.#raw.length);
    const slice = this.#raw.subarray(this.#position, end);
    this.#position = end;
    this.push(slice);
    if (this.finished) this.push(null);
  }
}
