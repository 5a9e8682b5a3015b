import type { MailroomError } from '../../base/errors.ts';
import type { MarkChange, MarkOutcome } from '../../contracts/folder-tracker.ts';
import { getItemCategories } from './operations/get-item-categories.ts';
import { type CategoryChange, setItemCategories } from './operations/set-item-categories.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** Changes one category of each message, whatever else it bears; what is as asked already is not written. Throws what is no single message's fault. */
export async function markItems(
  client: EwsClient,
  changes: readonly MarkChange[],
  signal: AbortSignal,
): Promise<readonly MarkOutcome[]> {
  const seen = await getItemCategories(
    client,
    changes.map(({ serverId }) => serverId),
    signal,
  );
  const outcomes = new Map<MarkChange, MarkOutcome>();
  const wanted: { readonly mark: MarkChange; readonly change: CategoryChange }[] = [];
  changes.forEach((mark, index) => {
    const item = seen[index];
    if (item === undefined || 'error' in item) outcomes.set(mark, outcomeOf(item?.error));
    else {
      const others = item.categories.filter((name) => name.toLowerCase() !== mark.category.toLowerCase());
      if (others.length < item.categories.length === mark.isOn) return;
      const categories = mark.isOn ? [...others, mark.category] : others;
      const emailId = mark.isOn ? (mark.emailId ?? null) : null;
      wanted.push({ mark, change: { id: item.id, changeKey: item.changeKey, categories, emailId } });
    }
  });
  if (wanted.length > 0) {
    const answers = await setItemCategories(
      client,
      wanted.map(({ change }) => change),
      signal,
    );
    wanted.forEach(({ mark }, index) => {
      const answer = answers[index];
      if (answer !== undefined && 'error' in answer) outcomes.set(mark, outcomeOf(answer.error));
    });
  }
  return changes.map((mark) => outcomes.get(mark) ?? 'done');
}

function outcomeOf(error: MailroomError | undefined): MarkOutcome {
  if (error === undefined || error.kind === 'notFound') return 'gone';
  if (error.kind === 'conflict') return 'later';
  if (error.kind === 'item' || error.kind === 'credentials' || error.kind === 'configuration') return 'refused';
  throw error;
}
