/** Runs `work` for every item in order, at most `limit` (1 or more) at a time; rejects with the first error once all that run have ended. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const runOne = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as T;
      next += 1;
      await work(item);
    }
  };
  const runs = await Promise.allSettled(Array.from({ length: Math.min(Math.max(1, limit), items.length) }, runOne));
  const failed = runs.find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
