import type { ConditionContext } from '../store/fetch/condition-context.ts';
import type { ApiModel } from './api-model.ts';

/** What a filter may depend on besides its own text. */
export interface FilterContext {
  readonly model: ApiModel;
  /** What conditions such as "today" or "mine" depend on; read when first asked for. */
  conditions(): Promise<ConditionContext>;
}
