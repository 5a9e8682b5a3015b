/** The pattern of `like` that fits texts with `text` in them: what stands for other letters is put in brackets. */
export function patternAround(text: string): string {
  return `%${text.replaceAll(/[%_[]/g, '[$&]')}%`;
}

/** The text that a pattern of `like` looks for anywhere; undefined for any other pattern. */
export function textWithin(pattern: string): string | undefined {
  const inside = /^%(.*)%$/su.exec(pattern)?.[1];
  if (inside === undefined || inside === '') return undefined;
  const text = inside.replaceAll(/\[([%_[])\]/g, '$1');
  return patternAround(text) === pattern ? text : undefined;
}
