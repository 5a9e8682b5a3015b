import type { ApiRow } from '../../api/api-row.ts';

/** A mailbox that was not changed, and why. */
export interface Refusal {
  readonly row: ApiRow<'mailbox'>;
  readonly reason: string;
}

/** Changes mailboxes one after the other; what is refused does not stop the others. Answers the refused ones. */
export async function editEach(
  rows: readonly ApiRow<'mailbox'>[],
  change: (id: string) => Promise<unknown>,
  tell: (done: number) => void,
): Promise<readonly Refusal[]> {
  const refused: Refusal[] = [];
  for (const [index, row] of rows.entries()) {
    tell(index);
    try {
      await change(row.mailboxid ?? '');
    } catch (thrown) {
      refused.push({ row, reason: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  return refused;
}
