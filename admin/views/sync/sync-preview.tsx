import {
  MessageBar,
  MessageBarBody,
  Spinner,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { pathOf } from '../../api/entity-sets.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Section } from '../../parts/section.tsx';
import { syncText } from '../../text/sync.ts';

const text = syncText.mailbox.preview;
const folderNames: Readonly<Record<string, string>> = syncText.links.folders;

interface FolderPreview {
  readonly Folder: string;
  readonly Linked: number;
  readonly NewItems: number;
  readonly NewRecords: number;
  readonly Compared: number;
  readonly DeletedItems: number;
  readonly DeletedRecords: number;
  readonly Unlinked: number;
  readonly Asks: string | null;
}

/** Counts what the next turn would do to each folder, without doing it (FI-09). */
export function SyncPreview({ mailboxId }: { readonly mailboxId: string }) {
  const { client } = useApi();
  const [folders, setFolders] = useState<readonly FolderPreview[]>();
  const [isBusy, setBusy] = useState(false);
  const count = async (): Promise<void> => {
    setFolders(undefined);
    setBusy(true);
    try {
      const path = `${pathOf('mailbox', mailboxId)}/Microsoft.Dynamics.CRM.mr_PreviewSync`;
      const answer = await client.request<{ readonly Folders: readonly FolderPreview[] }>(path, {
        method: 'POST',
        body: {},
      });
      setFolders(answer.Folders);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={text.title} lead={text.lead} actions={<ActionButton label={text.label} onAction={count} />}>
      {isBusy && <Spinner label={text.busy} labelPosition="after" style={{ justifyContent: 'flex-start' }} />}
      {folders && <FolderTable folders={folders} />}
      {folders?.map(
        ({ Folder, Asks }) =>
          Asks && (
            <MessageBar key={Folder} intent="warning" layout="multiline">
              <MessageBarBody>
                {folderNames[Folder] ?? Folder}: {Asks}
              </MessageBarBody>
            </MessageBar>
          ),
      )}
    </Section>
  );
}

const columns = [
  ['Linked', text.columns.linked],
  ['NewItems', text.columns.newItems],
  ['NewRecords', text.columns.newRecords],
  ['Compared', text.columns.compared],
  ['DeletedItems', text.columns.deletedItems],
  ['DeletedRecords', text.columns.deletedRecords],
  ['Unlinked', text.columns.unlinked],
] as const;

function FolderTable({ folders }: { readonly folders: readonly FolderPreview[] }) {
  return (
    <div style={{ overflowX: 'auto' }}>
      <Table size="small" aria-label={text.title} style={{ minWidth: '640px' }}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell>{text.columns.folder}</TableHeaderCell>
            {columns.map(([name, label]) => (
              <TableHeaderCell key={name}>{label}</TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {folders.map((folder) => (
            <TableRow key={folder.Folder}>
              <TableCell>{folderNames[folder.Folder] ?? folder.Folder}</TableCell>
              {columns.map(([name]) => (
                <TableCell key={name}>{folder[name].toLocaleString()}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
