/** Most elements of one request; Exchange takes far more, and answers each before the first is seen. */
const mostElements = 100;
/** Most characters of one request, far below what Exchange takes (35 MB by default); a single element may be longer. */
const mostCharacters = 4_000_000;

/** Elements in groups that make one request each, in order. Pure. */
export function inChunks<T extends { readonly xml: string }>(elements: readonly T[]): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  let characters = 0;
  for (const one of elements) {
    const last = chunks.at(-1);
    characters += one.xml.length;
    if (last !== undefined && last.length < mostElements && characters <= mostCharacters) last.push(one);
    else {
      chunks.push([one]);
      characters = one.xml.length;
    }
  }
  return chunks;
}
