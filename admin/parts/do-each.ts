import { ApiError } from '../api/api-error.ts';
import { partsText } from '../text/parts.ts';

/** Does `work` to each in turn; what fails does not stop the others. Throws one error that names all that failed. */
export async function doEach<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const failures: string[] = [];
  let last: unknown;
  for (const item of items) {
    try {
      await work(item);
    } catch (thrown) {
      last = thrown;
      failures.push(`${nameOf(item)}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  if (failures.length === 0) return;
  if (items.length === 1) throw last;
  throw new ApiError(0, '', partsText.someFailed(failures.length, items.length, failures));
}
