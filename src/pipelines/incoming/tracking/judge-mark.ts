/**
 * Where a message stands with the category in one mailbox: `none`: never marked; `due`: tracked here, the category is still to be put
 * on it; `marked`: it bears it; `removed`: a person took it off.
 */
export type MarkState = 'none' | 'due' | 'marked' | 'removed';

/** What a look at a message's categories asks for. */
export interface MarkDecision {
  /** `track`: a person put the category on it (CT-03); `untrack`: a person took it off (CT-04). */
  readonly action: 'track' | 'untrack' | 'nothing';
  readonly next: MarkState;
}

/**
 * What is to be done about a message that does or does not bear the category. A mark of ours that comes back is an echo and asks for
 * nothing; without it on a message of which a mark is due, the mark is still to come. Pure.
 */
export const markDecisions: Readonly<Record<MarkState, { readonly on: MarkDecision; readonly off: MarkDecision }>> = {
  none: { on: { action: 'track', next: 'marked' }, off: { action: 'nothing', next: 'none' } },
  due: { on: { action: 'nothing', next: 'marked' }, off: { action: 'nothing', next: 'due' } },
  marked: { on: { action: 'nothing', next: 'marked' }, off: { action: 'untrack', next: 'removed' } },
  removed: { on: { action: 'track', next: 'marked' }, off: { action: 'nothing', next: 'removed' } },
};
