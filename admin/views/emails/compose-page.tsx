import { useUrlState } from '../../parts/use-url-state.ts';
import { ComposeDraft } from './compose-draft.tsx';
import { ComposeNew } from './compose-new.tsx';

/** Writes an email, an answer to one (`?reply=<id>`), or what is a draft already (`?draft=<id>`). */
export function ComposePage() {
  const [reply] = useUrlState('reply');
  const [draft] = useUrlState('draft');
  return draft === '' ? <ComposeNew key={reply} reply={reply} /> : <ComposeDraft key={draft} id={draft} />;
}
