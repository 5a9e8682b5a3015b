import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { RowLimits } from './row-limit.ts';
import type { SqlExecutor } from './sql-executor.ts';
import type { WordFrequencies } from './word-frequencies.ts';

/** What the parts of the record store work with. */
export interface RecordContext {
  readonly executor: SqlExecutor;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
  /** The acting user; undefined for the engine without one. */
  readonly userId: string | undefined;
  /** Who acts in that user's name; null for nobody, undefined where it is not noted (the engine). */
  readonly behalfId?: string | null | undefined;
  /** What may be read through this store; everything when absent. */
  readonly limits?: RowLimits | undefined;
  /** How frequent words are, for searches. */
  readonly words: WordFrequencies;
}
