/**
 * Answers single questions together: those asked in one turn of the event loop become one call of `ask`. A key without an answer
 * resolves to undefined; an error of `ask` is everybody's who asked.
 */
export function gather<V>(
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | undefined> {
  let open: { readonly keys: Set<string>; readonly answers: Promise<ReadonlyMap<string, V>> } | undefined;
  const begin = (): NonNullable<typeof open> => {
    const keys = new Set<string>();
    const answers = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      open = undefined;
      return ask([...keys]);
    });
    return { keys, answers };
  };
  return async (key) => {
    open ??= begin();
    open.keys.add(key);
    return (await open.answers).get(key);
  };
}
