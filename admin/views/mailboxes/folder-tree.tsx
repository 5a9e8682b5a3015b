import { makeStyles, mergeClasses, Spinner, Text, tokens } from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { FolderRegular } from '@fluentui/react-icons/svg/folder';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useFunction } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { foldersText } from '../../text/folders.ts';
import { type FolderLine, linesOf, type MailFolder, moveOf } from './folder-lines.ts';

const text = foldersText.add;

const useStyles = makeStyles({
  // As high before the folders are there as with them: what stands below does not move away from under the pointer.
  box: {
    height: '240px',
    boxSizing: 'border-box',
    overflow: 'auto',
    padding: '4px',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  line: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: '4px 8px',
    alignItems: 'center',
    minHeight: '32px',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold },
  taken: { cursor: 'default', color: tokens.colorNeutralForeground2 },
  arrow: { display: 'inline-flex', width: '20px' },
  count: { color: tokens.colorNeutralForeground2 },
});

/** Indentation of each level, pixels. */
const indent = 20;

/** FT-04, UI-12: the folders that can be tracked, read from the server as they are now, one of which can be chosen; folders that hold others open and close, by mouse and keys. */
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
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => linesOf(answer.data?.Folders ?? [], closed), [answer.data, closed]);
  if (answer.error) return <ErrorBar error={answer.error} onRetry={answer.refetch} />;
  if (lines.length === 0) {
    const reading = <Spinner label={text.reading} labelPosition="after" style={{ justifyContent: 'flex-start' }} />;
    return <div className={styles.box}>{answer.data === undefined ? reading : <Text>{text.empty}</Text>}</div>;
  }
  // One line of the tree is a stop of the Tab key: the focused one, else the chosen one, else the first.
  const isThere = (id: string | undefined): boolean => lines.some(({ folder }) => folder.Id === id);
  const stop = isThere(focused) ? focused : isThere(chosen?.Id) ? chosen?.Id : lines[0]?.folder.Id;
  const setOpen = (id: string, isOpen: boolean): void =>
    setClosed((before) => new Set(isOpen ? [...before].filter((one) => one !== id) : [...before, id]));
  const choose = (folder: MailFolder): void => {
    if (folder.RuleId === null) onChoose(folder);
  };
  const press = (event: KeyboardEvent, { folder }: FolderLine): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = moveOf(lines, folder.Id, event.key);
    if (move === undefined) return;
    event.preventDefault();
    if (move.kind === 'focus') {
      setFocused(move.id);
      for (const line of tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])
        if (line.dataset.folder === move.id) line.focus();
    } else if (move.kind === 'choose') choose(folder);
    else setOpen(move.id, move.kind === 'open');
  };
  return (
    <div className={styles.box} role="tree" aria-label={text.tree} ref={tree}>
      {lines.map((line) => {
        const { folder, depth, hasChildren, isOpen } = line;
        const isTaken = folder.RuleId !== null;
        return (
          <div
            key={folder.Id}
            role="treeitem"
            data-folder={folder.Id}
            tabIndex={folder.Id === stop ? 0 : -1}
            aria-level={depth + 1}
            aria-selected={folder.Id === chosen?.Id}
            {...(hasChildren ? { 'aria-expanded': isOpen } : {})}
            {...(isTaken ? { 'aria-disabled': true } : {})}
            className={mergeClasses(styles.line, folder.Id === chosen?.Id && styles.chosen, isTaken && styles.taken)}
            style={{ paddingLeft: `${4 + depth * indent}px` }}
            onFocus={() => setFocused(folder.Id)}
            onClick={() => choose(folder)}
            onKeyDown={(event) => press(event, line)}
          >
            <span
              className={styles.arrow}
              aria-hidden
              onClick={(event) => {
                if (!hasChildren) return;
                event.stopPropagation();
                setOpen(folder.Id, !isOpen);
              }}
            >
              {hasChildren && (isOpen ? <ChevronDownRegular fontSize={16} /> : <ChevronRightRegular fontSize={16} />)}
            </span>
            <FolderRegular fontSize={18} />
            {folder.Name}
            {folder.ItemCount !== null && (
              <Text size={200} className={styles.count}>
                {text.items(folder.ItemCount)}
              </Text>
            )}
            {isTaken && <StatusBadge tone="good">{text.isTracked}</StatusBadge>}
          </div>
        );
      })}
    </div>
  );
}
