import { PageTitle } from '../../parts/page-title.tsx';
import { alertsText as text } from '../../text/alerts.ts';
import { AlertList } from './alert-list.tsx';

/** Everything that went wrong, in plain words. */
export function AlertsPage() {
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <AlertList />
    </>
  );
}
