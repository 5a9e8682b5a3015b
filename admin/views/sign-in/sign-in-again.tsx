import {
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  Text,
} from '@fluentui/react-components';
import { useEffect } from 'react';
import type { Client } from '../../api/client.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { signInText } from '../../text/sign-in.ts';
import { SignInWays } from './sign-in-page.tsx';

const useStyles = makeStyles({ stack: { display: 'flex', flexDirection: 'column', gap: '16px' } });

/** Asks to sign in again over the page, which stays as it is; who signed in on another tab meanwhile goes on by coming back. */
export function SignInAgain({
  client,
  problem,
  onSignedIn,
}: {
  readonly client: Client;
  readonly problem: Error | undefined;
  readonly onSignedIn: () => Promise<void>;
}) {
  const styles = useStyles();
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') void onSignedIn();
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [onSignedIn]);
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{signInText.again}</DialogTitle>
          <DialogContent className={styles.stack}>
            <Text>{signInText.againHint}</Text>
            {problem && <ErrorBar error={problem} />}
            <SignInWays client={client} onSignedIn={onSignedIn} staysHere />
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
