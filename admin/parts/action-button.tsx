import { Button, type ButtonProps, Spinner } from '@fluentui/react-components';
import { useState } from 'react';
import { ErrorBar } from './error-bar.tsx';
import { useNotify } from './notices.tsx';

/** A button for what harms nothing: shows that it works, says when it is done, and what was refused. */
export function ActionButton({
  label,
  done,
  onAction,
  appearance,
  isDisabled,
}: {
  readonly label: string;
  readonly done?: string;
  readonly onAction: () => Promise<unknown>;
  readonly appearance?: ButtonProps['appearance'];
  readonly isDisabled?: boolean;
}) {
  const notify = useNotify();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onAction();
      if (done !== undefined) notify(done);
    } catch (thrown) {
      setProblem(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        appearance={appearance ?? 'secondary'}
        disabled={isBusy || isDisabled === true}
        icon={isBusy ? <Spinner size="tiny" /> : null}
        onClick={() => void run()}
      >
        {label}
      </Button>
      {problem && <ErrorBar error={problem} />}
    </>
  );
}
