import { makeStyles, Radio, RadioGroup, Spinner, Text, tokens } from '@fluentui/react-components';
import { FolderRegular } from '@fluentui/react-icons/svg/folder';
import { useMemo } from 'react';
import { useFunction } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { foldersText } from '../../text/folders.ts';

const text = foldersText.add;

/** A folder as `mr_ListMailFolders` answers it. */
export interface MailFolder {
  readonly Id: string;
  readonly Name: string;
  readonly ParentId: string | null;
  readonly Path: string;
  readonly CanBeTracked: boolean;
  readonly ItemCount: number | null;
  readonly RuleId: string | null;
}

const useStyles = makeStyles({
  box: {
    maxHeight: '300px',
    overflow: 'auto',
    padding: '4px',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  count: { color: tokens.colorNeutralForeground2 },
  line: { display: 'inline-flex', flexWrap: 'wrap', gap: '4px 8px', alignItems: 'center' },
});

/** Indentation of each level, pixels. */
const indent = 24;

/** FT-04, UI-12: the folders that can be tracked, read from the server as they are now, one of which can be chosen. */
export function FolderTree({
  mailboxId,
  chosen,
  onChoose,
}: {
  readonly mailboxId: string;
  readonly chosen: MailFolder | undefined;
  readonly onChoose: (folder: MailFolder) => void;
}) {
  const styles = useStyles();
  const answer = useFunction<{ readonly Folders: readonly MailFolder[] }>(
    `mailboxes(${mailboxId})/Microsoft.Dynamics.CRM.mr_ListMailFolders(Live=true)`,
  );
  const lines = useMemo(() => linesOf(answer.data?.Folders ?? []), [answer.data]);
  if (answer.error) return <ErrorBar error={answer.error} onRetry={answer.refetch} />;
  if (answer.data === undefined)
    return <Spinner label={text.reading} labelPosition="after" style={{ justifyContent: 'flex-start' }} />;
  if (lines.length === 0) return <Text>{text.empty}</Text>;
  return (
    <div className={styles.box}>
      <RadioGroup
        aria-label={text.tree}
        value={chosen?.Id ?? ''}
        onChange={(_event, { value }) => {
          const line = lines.find(({ folder }) => folder.Id === value);
          if (line !== undefined) onChoose(line.folder);
        }}
      >
        {lines.map(({ folder, depth }) => (
          <Radio
            key={folder.Id}
            value={folder.Id}
            disabled={folder.RuleId !== null}
            style={{ paddingLeft: `${depth * indent}px` }}
            label={<FolderLine folder={folder} />}
          />
        ))}
      </RadioGroup>
    </div>
  );
}

interface Line {
  readonly folder: MailFolder;
  readonly depth: number;
}

/** The folders as lines, each below the one that holds it. */
function linesOf(folders: readonly MailFolder[]): readonly Line[] {
  const children = new Map<string | null, MailFolder[]>();
  for (const folder of folders) {
    if (!folder.CanBeTracked) continue;
    const siblings = children.get(folder.ParentId);
    if (siblings === undefined) children.set(folder.ParentId, [folder]);
    else siblings.push(folder);
  }
  const below = (parent: string | null, depth: number): readonly Line[] =>
    (children.get(parent) ?? []).flatMap((folder) => [{ folder, depth }, ...below(folder.Id, depth + 1)]);
  return below(null, 0);
}

function FolderLine({ folder }: { readonly folder: MailFolder }) {
  const styles = useStyles();
  return (
    <span className={styles.line}>
      <FolderRegular fontSize={18} />
      {folder.Name}
      {folder.ItemCount !== null && (
        <Text size={200} className={styles.count}>
          {text.items(folder.ItemCount)}
        </Text>
      )}
      {folder.RuleId !== null && <StatusBadge tone="good">{text.isTracked}</StatusBadge>}
    </span>
  );
}
