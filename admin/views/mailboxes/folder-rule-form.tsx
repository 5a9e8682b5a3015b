import { Field, Input, Switch, Text } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { type ApiRow, labelOf, lookupTable } from '../../api/api-row.ts';
import { reference, useWrites } from '../../api/use-writes.ts';
import { DialogForm } from '../../parts/form-dialog.tsx';
import { useNotify } from '../../parts/notices.tsx';
import type { PickableTable } from '../../parts/pickable-table.ts';
import type { PickedRecord } from '../../parts/record-field.tsx';
import { foldersText as text } from '../../text/folders.ts';
import type { MailFolder } from './folder-lines.ts';
import { FolderTree } from './folder-tree.tsx';

const RecordField = lazy(async () => ({ default: (await import('../../parts/record-field.tsx')).RecordField }));

type Rule = ApiRow<'mailboxtrackingfolder'>;

/** FT-02: longest id of a folder that a rule can hold. */
const longestId = 120;

const pickable: readonly PickableTable[] = [
  {
    table: 'account',
    label: text.regards.account,
    nameColumn: 'name',
    hintColumn: 'emailaddress1',
    isIndexed: true,
    filter: 'statecode eq 0',
  },
  {
    table: 'contact',
    label: text.regards.contact,
    nameColumn: 'fullname',
    hintColumn: 'emailaddress1',
    isIndexed: true,
    filter: 'statecode eq 0',
  },
];

const recordWords = { label: text.regarding, hint: text.regardingHint };

/** The form of a folder tracking rule: which folder, whom its mail is about; another rule is made in the place of one that changes (FT-16). */
export function FolderRuleForm({
  mailboxId,
  rule,
  onDone,
}: {
  readonly mailboxId: string;
  readonly rule: Rule | undefined;
  readonly onDone: () => void;
}) {
  const writes = useWrites();
  const notify = useNotify();
  const [folder, setFolder] = useState<MailFolder>();
  const [regarding, setRegarding] = useState(() => regardingOf(rule));
  const [includes, setIncludes] = useState(rule?.mr_includesubfolders ?? false);
  const words = rule ? text.change : text.add;
  const name = rule?.exchangefoldername ?? folder?.Name ?? '';
  const problem = !rule && (folder?.Id.length ?? 0) > longestId ? text.add.tooLong : undefined;
  const save = async (): Promise<void> => {
    const values = {
      'mailboxid@odata.bind': reference('mailbox', mailboxId),
      exchangefolderid: rule?.exchangefolderid ?? folder?.Id,
      exchangefoldername: name,
      mr_includesubfolders: includes,
      ...(regarding && {
        [`regardingobjectid_${regarding.table}@odata.bind`]: reference(regarding.table, regarding.id),
      }),
    };
    // Both happen or neither, so that a refusal leaves the old rule.
    if (rule)
      await writes.changeAll([
        { method: 'DELETE', table: 'mailboxtrackingfolder', id: rule.mailboxtrackingfolderid ?? '' },
        { method: 'POST', table: 'mailboxtrackingfolder', values },
      ]);
    else await writes.create('mailboxtrackingfolder', values);
    notify(words.done(name));
    onDone();
  };
  return (
    <DialogForm
      title={rule ? text.change.title(name) : text.add.title}
      action={words.action}
      isBlocked={problem !== undefined || name === ''}
      onAction={save}
    >
      <Text>{words.lead}</Text>
      {!rule && <FolderTree mailboxId={mailboxId} chosen={folder} onChoose={setFolder} />}
      {!rule && <Text>{problem ?? (folder ? text.add.chosen(folder.Path) : text.add.choose)}</Text>}
      <Suspense fallback={<RecordFieldToCome {...recordWords} />}>
        <RecordField {...recordWords} tables={pickable} value={regarding} onPick={setRegarding} />
      </Suspense>
      <Switch
        label={text.includeSubfolders}
        checked={includes}
        onChange={(_event, { checked }) => setIncludes(checked)}
      />
    </DialogForm>
  );
}

/** As high as the field that is still loading: the buttons below do not move away from under the pointer when it comes. */
function RecordFieldToCome(words: typeof recordWords) {
  return (
    <Field {...words}>
      <Input disabled />
    </Field>
  );
}

function regardingOf(rule: Rule | undefined): PickedRecord | undefined {
  const id = rule?._regardingobjectid_value;
  if (rule === undefined || !id) return undefined;
  const table = lookupTable(rule, '_regardingobjectid_value') === 'account' ? 'account' : 'contact';
  return { table, id, name: labelOf(rule, '_regardingobjectid_value') };
}
