import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from '@fluentui/react-components';
import { ApiError } from '../api/api-error.ts';
import { partsText } from '../text/parts.ts';

// What servers and people name may be one long word.
const useStyles = makeStyles({ words: { minWidth: 0, overflowWrap: 'anywhere' } });

/** An error as the service told it (what, where, what to do), its code, and a way to try again. */
export function ErrorBar({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => unknown }) {
  const styles = useStyles();
  const code = error instanceof ApiError && error.code !== '' ? partsText.errorCode(error.code) : undefined;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody className={styles.words}>
        <MessageBarTitle>{partsText.errorTitle}</MessageBarTitle>
        {error.message} {code && <small>{code}</small>}
      </MessageBarBody>
      {onRetry && (
        <MessageBarActions>
          <Button onClick={() => void onRetry()}>{partsText.tryAgain}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
