import {
  Button,
  type ButtonProps,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Spinner,
} from '@fluentui/react-components';
import { type ReactElement, type ReactNode, useState } from 'react';
import { partsText } from '../text/parts.ts';
import type { TellProgress } from './do-each.ts';
import { ErrorBar } from './error-bar.tsx';

export interface ConfirmButtonProps {
  readonly label: string;
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly children: ReactNode;
  /** Names of what it hits; the first ten are shown. */
  readonly names: readonly string[];
  readonly action: string;
  /** May tell how far it is. */
  readonly onConfirm: (tell: TellProgress) => Promise<unknown>;
  readonly icon?: ReactElement;
  readonly isDisabled?: boolean;
  /** The dialog's own question is not answered yet. */
  readonly isBlocked?: boolean;
  readonly appearance?: ButtonProps['appearance'];
  readonly size?: 'small';
}

const mostNames = 10;

/** A button that asks first, naming what it hits; shows progress and errors in its dialog. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { label, title, children, names, action, onConfirm, icon, isDisabled, isBlocked, appearance, size } = props;
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const [progress, setProgress] = useState<readonly [done: number, all: number]>();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm((done, all) => setProgress([done, all]));
      setOpen(false);
    } catch (thrown) {
      setProblem(thrown as Error);
    } finally {
      setBusy(false);
      setProgress(undefined);
    }
  };
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_event, { open }) => {
        setOpen(open);
        setProblem(undefined);
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button
          disabled={isDisabled ?? false}
          appearance={appearance ?? 'secondary'}
          {...(size === undefined ? {} : { size })}
          {...(icon === undefined ? {} : { icon })}
        >
          {label}
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>
            {children}
            {names.length > 0 && (
              <>
                <p>{partsText.hits}</p>
                <ul>
                  {names.slice(0, mostNames).map((name, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: two records may have one name
                    <li key={index}>{name}</li>
                  ))}
                  {names.length > mostNames && <li>{partsText.andMore(names.length - mostNames)}</li>}
                </ul>
              </>
            )}
            {progress && progress[1] > 1 && <Progress done={progress[0]} all={progress[1]} />}
            {problem && <ErrorBar error={problem} />}
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button>{partsText.cancel}</Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabled={isBusy || isBlocked === true}
              onClick={() => void confirm()}
              {...(isBusy ? { icon: <Spinner size="tiny" /> } : {})}
            >
              {action}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Progress({ done, all }: { readonly done: number; readonly all: number }) {
  const words = partsText.progress(done, all);
  return (
    <p role="status">
      <progress value={done} max={all} aria-label={words} style={{ width: '100%' }} />
      {words}
    </p>
  );
}
