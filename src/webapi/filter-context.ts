import type { RecordStore } from '../store/record-store.ts';
import type { ApiModel } from './api-model.ts';

/** What a filter may depend on besides its own text. */
export interface FilterContext {
  readonly model: ApiModel;
  readonly records: RecordStore;
  readonly now: Date;
  readonly callerId: string;
  /** Business unit of the caller. */
  businessUnitId(): Promise<string | undefined>;
}
