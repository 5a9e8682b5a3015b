import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { useRows } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { sizeText } from '../../parts/size-text.ts';
import { emailsText as text } from '../../text/emails.ts';
import { readBlocks } from './read-blocks.ts';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexWrap: 'wrap', gap: '8px' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** Attachments of an email, each loaded in blocks when asked for. */
export function AttachmentList({ emailId }: { readonly emailId: string }) {
  const styles = useStyles();
  const { client } = useApi();
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<Error>();
  const rows = useRows({
    table: 'activitymimeattachment',
    select: ['activitymimeattachmentid', 'filename', 'filesize', 'mimetype'],
    filter: `_objectid_value eq ${emailId}`,
    orderBy: 'attachmentnumber',
    top: 200,
  });
  const download = async (id: string, name: string): Promise<void> => {
    setBusy(id);
    setProblem(undefined);
    try {
      save(await readBlocks(client, id), name);
    } catch (thrown) {
      setProblem(thrown as Error);
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <>
      <ul className={styles.list} aria-label={text.attachments}>
        {(rows.data?.value ?? []).map((row) => {
          const id = row.activitymimeattachmentid ?? '';
          const name = row.filename || 'attachment';
          return (
            <li key={id}>
              <Button
                icon={<ArrowDownloadRegular />}
                disabled={busy === id}
                aria-label={text.download(name)}
                onClick={() => void download(id, name)}
              >
                {name}&nbsp;
                <Text size={200} className={styles.quiet}>
                  {sizeText(row.filesize ?? 0)}
                </Text>
              </Button>
            </li>
          );
        })}
      </ul>
      {(problem ?? rows.error) && <ErrorBar error={(problem ?? rows.error) as Error} />}
    </>
  );
}

/** Saved as bytes, never opened: what a mail carries is not this page's to show. */
function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
