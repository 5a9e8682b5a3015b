import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { partsText } from '../text/parts.ts';
import { ErrorBar } from './error-bar.tsx';
import { useNotify } from './notices.tsx';
import type { Draft } from './use-draft.ts';

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** Saves a draft, or undoes it; says what was refused. */
export function SaveBar({
  draft,
  onSave,
  label,
}: {
  readonly draft: Draft;
  readonly onSave: (changes: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly label?: string | undefined;
}) {
  const styles = useStyles();
  const notify = useNotify();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { changes } = draft;
      await onSave(changes);
      draft.saved(changes);
      notify(partsText.saved);
    } catch (thrown) {
      setProblem(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {problem && <ErrorBar error={problem} />}
      <div className={styles.bar}>
        <Button appearance="primary" disabled={!draft.isDirty || draft.isBlocked || isBusy} onClick={() => void save()}>
          {label ?? partsText.save}
        </Button>
        <Button disabled={!draft.isDirty || isBusy} onClick={draft.reset}>
          {partsText.discard}
        </Button>
        {draft.isDirty && <Text className={styles.quiet}>{partsText.unsaved}</Text>}
      </div>
    </>
  );
}
