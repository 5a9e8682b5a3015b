import { requireWideRight } from './access-rules.ts';
import { changedMailbox } from './mailbox-changes.ts';
import { defaultEmailSettings } from './owner-mailbox.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** "Apply Default Email Settings" of many mailboxes: profile and delivery methods become the organisation's defaults, as far as each kind of mailbox may have them, and a test is scheduled unless `testAndEnable` is false (MB-13). Throws 80040220 for callers who may at most write their own mailbox. */
export async function applyDefaultEmailSettings(
  context: RuleContext,
  mailboxids: readonly string[],
  testAndEnable: boolean,
): Promise<void> {
  for (const id of mailboxids) {
    const before = await lockVisible(context, 'mailbox', id);
    await requireWideRight(context, 'write', 'mailbox', id);
    const settings = await defaultEmailSettings(context, before.regardingobjectid?.table);
    const values = { ...settings, ...(testAndEnable ? { testemailconfigurationscheduled: true } : {}) };
    await context.records.update('mailbox', id, await changedMailbox(context, id, before, values));
  }
}
