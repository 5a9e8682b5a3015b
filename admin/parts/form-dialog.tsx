import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  Spinner,
} from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { partsText } from '../text/parts.ts';
import { ErrorBar } from './error-bar.tsx';
import { useAction } from './use-action.ts';

const useStyles = makeStyles({ stack: { display: 'flex', flexDirection: 'column', gap: '16px' } });

/** A button that opens a form in a dialog; the form begins anew each time. */
export function FormDialog({
  label,
  isOfRow,
  appearance = 'primary',
  children,
}: {
  readonly label: string;
  /** The button stands in a row of a list. */
  readonly isOfRow: boolean;
  readonly appearance?: 'primary' | 'secondary';
  /** The form, given the way to close it. */
  readonly children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog open={isOpen} onOpenChange={(_event, { open }) => setOpen(open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button appearance={isOfRow ? 'subtle' : appearance} size={isOfRow ? 'small' : 'medium'}>
          {label}
        </Button>
      </DialogTrigger>
      <DialogSurface>{children(() => setOpen(false))}</DialogSurface>
    </Dialog>
  );
}

/** A form in a dialog: its fields, what was refused, and the one thing that it does. */
export function DialogForm({
  title,
  action,
  isBlocked,
  onAction,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly isBlocked: boolean;
  readonly onAction: () => Promise<unknown>;
  readonly children: ReactNode;
}) {
  const styles = useStyles();
  const { isBusy, problem, run } = useAction();
  return (
    <DialogBody>
      <DialogTitle>{title}</DialogTitle>
      <DialogContent className={styles.stack}>
        {children}
        {problem && <ErrorBar error={problem} />}
      </DialogContent>
      <DialogActions>
        <DialogTrigger disableButtonEnhancement>
          <Button>{partsText.cancel}</Button>
        </DialogTrigger>
        <Button
          appearance="primary"
          disabled={isBusy || isBlocked}
          icon={isBusy ? <Spinner size="tiny" /> : null}
          onClick={() => void run(onAction)}
        >
          {action}
        </Button>
      </DialogActions>
    </DialogBody>
  );
}
