/** A stream of numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** Whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** One of the values, all equally likely. */
  pick<T>(values: readonly T[]): T;
  /** That many bytes. */
  bytes(count: number): Buffer;
}

/** The generator xorshift32 (Marsaglia 2003); `seed` is a 32-bit number other than 0. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const between = (from: number, to: number): number => from + (next() % (to - from + 1));
  return {
    between,
    pick: <T>(values: readonly T[]): T => {
      const value = values[between(0, values.length - 1)];
      if (value === undefined) throw new Error('There is nothing to pick from.');
      return value;
    },
    bytes: (count) => {
      const bytes = Buffer.alloc(count);
      for (let index = 0; index < count; index += 1) bytes[index] = next() >>> 24;
      return bytes;
    },
  };
}

/**
 * Deals values in exact proportions and a shuffled order: `shares` gives how many cards of each value a pack holds; a pack that is used up
 * is shuffled anew.
 */
export function createDeck<T>(random: Random, shares: readonly (readonly [T, number])[]): () => T {
  let pack: T[] = [];
  return () => {
    if (pack.length === 0) pack = shuffled(random, shares);
    const card = pack.pop();
    if (card === undefined) throw new Error('The deck has no cards.');
    return card;
  };
}

function shuffled<T>(random: Random, shares: readonly (readonly [T, number])[]): T[] {
  const cards = shares.flatMap(([value, count]) => Array.from({ length: count }, () => value));
  return cards
    .map((card) => ({ card, place: random.between(0, 0x3fff_ffff) }))
    .sort((a, b) => a.place - b.place)
    .map(({ card }) => card);
}
