import type { ApiRow } from '../../api/api-row.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { foldersText as text } from '../../text/folders.ts';
import { FolderRuleForm } from './folder-rule-form.tsx';

/** Makes a folder tracking rule, or changes one. */
export function FolderRuleDialog({
  mailboxId,
  rule,
}: {
  readonly mailboxId: string;
  readonly rule?: ApiRow<'mailboxtrackingfolder'>;
}) {
  return (
    <FormDialog label={rule ? text.change.label : text.add.label} isOfRow={rule !== undefined}>
      {(close) => <FolderRuleForm mailboxId={mailboxId} rule={rule} onDone={close} />}
    </FormDialog>
  );
}
