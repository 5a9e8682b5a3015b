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

/** A folder that is on screen. */
export interface FolderLine {
  readonly folder: MailFolder;
  /** 0 for those that lie in no other. */
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

/** The folders that can be tracked as lines, each below the one that holds it; those in a closed one are left out. */
export function linesOf(folders: readonly MailFolder[], closed: ReadonlySet<string>): readonly FolderLine[] {
  const children = new Map<string | null, MailFolder[]>();
  for (const folder of folders) {
    if (!folder.CanBeTracked) continue;
    const siblings = children.get(folder.ParentId);
    if (siblings === undefined) children.set(folder.ParentId, [folder]);
    else siblings.push(folder);
  }
  const below = (parent: string | null, depth: number): readonly FolderLine[] =>
    (children.get(parent) ?? []).flatMap((folder) => {
      const isOpen = !closed.has(folder.Id);
      const line = { folder, depth, hasChildren: children.has(folder.Id), isOpen };
      return [line, ...(isOpen ? below(folder.Id, depth + 1) : [])];
    });
  return below(null, 0);
}

/** What a key does in a tree: another folder gets the focus, or the focused one is opened, closed or chosen. */
export type TreeMove =
  | { readonly kind: 'focus'; readonly id: string }
  | { readonly kind: 'open' | 'close' | 'choose'; readonly id: string };

/** The keys of a tree (WAI-ARIA Authoring Practices, Tree View); undefined for a key that does nothing there. */
export function moveOf(lines: readonly FolderLine[], focused: string, key: string): TreeMove | undefined {
  const at = lines.findIndex(({ folder }) => folder.Id === focused);
  const line = lines[at];
  if (line === undefined) return undefined;
  const focus = (other: FolderLine | undefined): TreeMove | undefined =>
    other === undefined ? undefined : { kind: 'focus', id: other.folder.Id };
  switch (key) {
    case 'ArrowDown':
      return focus(lines[at + 1]);
    case 'ArrowUp':
      return focus(lines[at - 1]);
    case 'Home':
      return focus(lines[0]);
    case 'End':
      return focus(lines.at(-1));
    case 'ArrowRight':
      if (!line.hasChildren) return undefined;
      return line.isOpen ? focus(lines[at + 1]) : { kind: 'open', id: focused };
    case 'ArrowLeft':
      if (line.hasChildren && line.isOpen) return { kind: 'close', id: focused };
      return focus(lines.slice(0, at).findLast(({ depth }) => depth === line.depth - 1));
    case 'Enter':
    case ' ':
      return { kind: 'choose', id: focused };
    default:
      return key.length === 1 ? focus(beginningWith(lines, at, key)) : undefined;
  }
}

/** The next folder after a place, going round, whose name begins with a letter. */
function beginningWith(lines: readonly FolderLine[], at: number, letter: string): FolderLine | undefined {
  const round = [...lines.slice(at + 1), ...lines.slice(0, at)];
  return round.find(({ folder }) => folder.Name.toLowerCase().startsWith(letter.toLowerCase()));
}
