import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { ApiError } from '../api/api-error.ts';
import { partsText } from '../text/parts.ts';

/** An error as the service told it (what, where, what to do), its code, and a way to try again. */
export function ErrorBar({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => unknown }) {
  const code = error instanceof ApiError && error.code !== '' ? partsText.errorCode(error.code) : undefined;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
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
