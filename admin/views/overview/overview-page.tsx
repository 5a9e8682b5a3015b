import { useApi } from '../../api/api-context.tsx';
import type { Overview } from '../../api/overview.ts';
import { useFunction } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { overviewText as text } from '../../text/overview.ts';
import { HandList } from './hand-list.tsx';
import { HeldBar } from './held-bar.tsx';
import { MailCharts } from './mail-charts.tsx';
import { MailboxStates } from './mailbox-states.tsx';
import { PlainOverview } from './plain-overview.tsx';
import { RightNow } from './right-now.tsx';
import { Workers } from './workers.tsx';

/** Counts change with every mail; they are asked for anew so often, milliseconds. */
const refetchMs = 5000;

/** How the whole of it stands: for administrators all, for others their own mailboxes. */
export function OverviewPage() {
  const { session } = useApi();
  return (
    <>
      <PageTitle title={text.title} lead={session.isAdministrator ? text.lead : text.plain.lead} />
      {session.isAdministrator ? <WholeOverview /> : <PlainOverview />}
    </>
  );
}

function WholeOverview() {
  const [hours, setHours] = useUrlState('hours', '24');
  const overview = useFunction<Overview>(`mr_RetrieveOverview(Hours=${hours === '168' ? 168 : 24})`, [], { refetchMs });
  if (overview.error) return <ErrorBar error={overview.error} onRetry={overview.refetch} />;
  if (overview.data === undefined) return <Loading />;
  const { data } = overview;
  return (
    <>
      {data.HeldFor !== null && <HeldBar reason={data.HeldFor} onReleased={overview.refetch} />}
      <HandList overview={data} />
      <MailCharts hours={data.Hours} range={hours === '168' ? 168 : 24} onRange={setHours} />
      <RightNow overview={data} />
      <MailboxStates states={data.MailboxStates} />
      <Workers workers={data.Workers} />
    </>
  );
}
