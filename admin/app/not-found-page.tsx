import { PageTitle } from '../parts/page-title.tsx';
import { shellText } from '../text/shell.ts';

/** Shown at an address without a page. */
export function NotFoundPage() {
  return <PageTitle title={shellText.notFoundTitle} lead={shellText.notFound} />;
}
