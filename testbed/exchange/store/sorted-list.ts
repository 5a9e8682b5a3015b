/** Entries of a block before it is split; small enough that shifting one is cheap. */
const largestBlock = 512;

/** A list kept in the order of a key; insertion, removal and access by position cost O(log n + n / 512). */
export class SortedList<Entry> {
  readonly #keyOf: (entry: Entry) => number;
  readonly #tieOf: (entry: Entry) => number;
  readonly #blocks: Entry[][] = [];
  #size = 0;

  /** `keyOf` gives each entry's key; two entries with the same key differ in `tieOf`. */
  constructor(keyOf: (entry: Entry) => number, tieOf: (entry: Entry) => number = () => 0) {
    this.#keyOf = keyOf;
    this.#tieOf = tieOf;
  }

  get size(): number {
    return this.#size;
  }

  add(entry: Entry): void {
    const [key, tie] = [this.#keyOf(entry), this.#tieOf(entry)];
    this.#size += 1;
    const last = this.#blocks.at(-1);
    if (last === undefined) {
      this.#blocks.push([entry]);
      return;
    }
    const number = Math.min(this.#blockOf(key, tie), this.#blocks.length - 1);
    const block = this.#blocks[number] ?? last;
    block.splice(this.#placeIn(block, key, tie), 0, entry);
    if (block.length > largestBlock) {
      // A list that grows at its end keeps full blocks; one that grows inside gets halves.
      const cut = block === last && block.at(-1) === entry ? block.length - 1 : block.length >> 1;
      this.#blocks.splice(number + 1, 0, block.splice(cut));
    }
  }

  /** Takes the entry with that entry's key out; false when there is none. */
  delete(entry: Entry): boolean {
    const [key, tie] = [this.#keyOf(entry), this.#tieOf(entry)];
    const number = this.#blockOf(key, tie);
    const block = this.#blocks[number];
    if (block === undefined) return false;
    const at = this.#placeIn(block, key, tie);
    if (block[at] !== entry) return false;
    block.splice(at, 1);
    this.#size -= 1;
    if (block.length === 0) this.#blocks.splice(number, 1);
    return true;
  }

  /** The entries with a key above `key`, lowest first. */
  *above(key: number): Generator<Entry> {
    const tie = Number.POSITIVE_INFINITY;
    for (let number = this.#blockOf(key, tie); number < this.#blocks.length; number += 1) {
      const block = this.#blocks[number] ?? [];
      for (let at = this.#placeIn(block, key, tie); at < block.length; at += 1) {
        const entry = block[at];
        if (entry !== undefined) yield entry;
      }
    }
  }

  /** The entries with a key below `key`, highest first. */
  *below(key: number): Generator<Entry> {
    const tie = Number.NEGATIVE_INFINITY;
    for (let number = Math.min(this.#blockOf(key, tie), this.#blocks.length - 1); number >= 0; number -= 1) {
      const block = this.#blocks[number] ?? [];
      for (let at = this.#placeIn(block, key, tie) - 1; at >= 0; at -= 1) {
        const entry = block[at];
        if (entry !== undefined) yield entry;
      }
    }
  }

  /** Up to `count` entries from position `from`, counted from the end of the list when `descending`. */
  slice(from: number, count: number, descending: boolean): Entry[] {
    const found: Entry[] = [];
    let skip = Math.max(0, from);
    const blocks = this.#blocks.length;
    for (let step = 0; step < blocks && found.length < count; step += 1) {
      const block = this.#blocks[descending ? blocks - 1 - step : step] ?? [];
      if (skip >= block.length) {
        skip -= block.length;
        continue;
      }
      for (let at = skip; at < block.length && found.length < count; at += 1) {
        const entry = block[descending ? block.length - 1 - at : at];
        if (entry !== undefined) found.push(entry);
      }
      skip = 0;
    }
    return found;
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (const block of this.#blocks) yield* block;
  }

  /** The first block whose last entry is not below; the number of blocks when there is none. */
  #blockOf(key: number, tie: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#blocks[middle]?.at(-1);
      if (last !== undefined && this.#isBelow(last, key, tie)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first place in the block whose entry is not below. */
  #placeIn(block: readonly Entry[], key: number, tie: number): number {
    let low = 0;
    let high = block.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = block[middle];
      if (entry !== undefined && this.#isBelow(entry, key, tie)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBelow(entry: Entry, key: number, tie: number): boolean {
    const own = this.#keyOf(entry);
    return own === key ? this.#tieOf(entry) < tie : own < key;
  }
}
