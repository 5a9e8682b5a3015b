/** What was typed as a `$search` of all its words; undefined when nothing is left. Quotes and brackets are words' edges. */
export function searchTerms(typed: string): string | undefined {
  const words = typed.split(/[\s"()]+/).filter((word) => word !== '' && !/^(?:and|or|not)$/i.test(word));
  return words.length === 0
    ? undefined
    : words
        .slice(0, 8)
        .map((word) => `"${word}"`)
        .join(' ');
}
