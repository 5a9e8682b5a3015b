import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { pathOf } from '../api/entity-sets.ts';
import { emailsText as text } from '../text/emails.ts';
import { ErrorBar } from './error-bar.tsx';

const useStyles = makeStyles({
  source: {
    maxHeight: '50vh',
    overflow: 'auto',
    margin: 0,
    padding: '12px',
    backgroundColor: tokens.colorNeutralBackground3,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontSize: '12px',
  },
});

interface Source {
  readonly Source: string;
  readonly SizeBytes: number;
}

/** The message as it came, loaded when asked for; bytes are shown as Latin-1, so that each is one sign. */
export function MessageSource({ table, id }: { readonly table: 'email' | 'mr_quarantine'; readonly id: string }) {
  const styles = useStyles();
  const { client } = useApi();
  const [found, setFound] = useState<Source>();
  const [problem, setProblem] = useState<Error>();
  const load = async (): Promise<void> => {
    setProblem(undefined);
    try {
      setFound(await client.request<Source>(`${pathOf(table, id)}/Microsoft.Dynamics.CRM.mr_RetrieveSource()`));
    } catch (thrown) {
      setProblem(thrown as Error);
    }
  };
  if (problem) return <ErrorBar error={problem} />;
  if (found === undefined)
    return (
      <div>
        <Button onClick={() => void load()}>{text.showSource}</Button>
      </div>
    );
  const shown = atob(found.Source);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className={styles.source} tabIndex={0}>
        {shown}
      </pre>
      {shown.length < found.SizeBytes && (
        <Text>{text.sourceCut(Math.round(shown.length / 1024), Math.round(found.SizeBytes / 1024))}</Text>
      )}
    </>
  );
}
