import { Button } from '@fluentui/react-components';
import { PageTitle } from '../parts/page-title.tsx';
import { shellText } from '../text/shell.ts';

/** Shown when the code of a page failed. */
export function BrokenPage({ error }: { readonly error: unknown }) {
  return (
    <>
      <PageTitle title={shellText.brokenTitle} lead={shellText.broken} />
      <pre>{error instanceof Error ? error.message : String(error)}</pre>
      <Button onClick={() => location.reload()}>{shellText.reload}</Button>
    </>
  );
}
