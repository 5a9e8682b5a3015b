import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AttachRegular } from '@fluentui/react-icons/svg/attach';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useRef } from 'react';
import { useRows } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { sizeText } from '../../parts/size-text.ts';
import { emailsText } from '../../text/emails.ts';

const text = emailsText.compose;

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: '8px', alignItems: 'flex-start' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexWrap: 'wrap', gap: '8px' },
  file: {
    display: 'flex',
    alignItems: 'center',
    gap: '4px',
    paddingLeft: '8px',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    overflowWrap: 'anywhere',
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  hidden: { display: 'none' },
});

/** What is attached to a draft: what is there already, and what goes with it when it is saved. */
export interface DraftFilesState {
  readonly added: readonly File[];
  /** Ids of attachments that go when the draft is saved. */
  readonly takenOut: readonly string[];
}

/** The attachments of a draft, to be added and taken out; nothing is written before the draft is saved. */
export function DraftFiles({
  emailId,
  state,
  onChange,
}: {
  readonly emailId: string | undefined;
  readonly state: DraftFilesState;
  readonly onChange: (state: DraftFilesState) => void;
}) {
  const styles = useStyles();
  const picker = useRef<HTMLInputElement>(null);
  const rows = useRows({
    table: 'activitymimeattachment',
    select: ['activitymimeattachmentid', 'filename', 'filesize'],
    filter: `_objectid_value eq ${emailId}`,
    orderBy: 'attachmentnumber',
    top: 200,
    isEnabled: emailId !== undefined,
  });
  const there = (emailId === undefined ? [] : (rows.data?.value ?? [])).filter(
    (row) => !state.takenOut.includes(row.activitymimeattachmentid ?? ''),
  );
  const item = (key: string, name: string, bytes: number, onRemove: () => void) => (
    <li key={key} className={styles.file}>
      <Text>{name}</Text>
      <Text size={200} className={styles.quiet}>
        {sizeText(bytes)}
      </Text>
      <Button
        appearance="subtle"
        size="small"
        icon={<DismissRegular />}
        aria-label={text.takeOut(name)}
        onClick={onRemove}
      />
    </li>
  );
  return (
    <div className={styles.stack}>
      {(there.length > 0 || state.added.length > 0) && (
        <ul className={styles.list} aria-label={emailsText.attachments}>
          {there.map((row) =>
            item(row.activitymimeattachmentid ?? '', row.filename ?? '', row.filesize ?? 0, () =>
              onChange({ ...state, takenOut: [...state.takenOut, row.activitymimeattachmentid ?? ''] }),
            ),
          )}
          {state.added.map((file, index) =>
            item(`${index} ${file.name}`, file.name, file.size, () =>
              onChange({ ...state, added: state.added.filter((one) => one !== file) }),
            ),
          )}
        </ul>
      )}
      <Button icon={<AttachRegular />} onClick={() => picker.current?.click()}>
        {text.attach}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        className={styles.hidden}
        aria-label={text.attach}
        onChange={(event) => {
          onChange({ ...state, added: [...state.added, ...(event.target.files ?? [])] });
          event.target.value = '';
        }}
      />
      {rows.error && <ErrorBar error={rows.error} onRetry={rows.refetch} />}
    </div>
  );
}
