import { ApiError } from '../api/api-error.ts';
import { partsText } from '../text/parts.ts';

/** Told how many of all are done. */
export type TellProgress = (done: number, all: number) => void;

/** Does `work` to each in turn; what fails does not stop the others. Throws one error that names all that failed. */
export async function doEach<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  work: (item: T) => Promise<unknown>,
  tell: TellProgress = () => undefined,
): Promise<void> {
  const failures: string[] = [];
  let last: unknown;
  for (const [index, item] of items.entries()) {
    tell(index, items.length);
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
