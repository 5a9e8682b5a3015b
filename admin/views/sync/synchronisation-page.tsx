import { lazy, Suspense } from 'react';
import { Loading } from '../../parts/loading.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { synchronisationText as text } from '../../text/synchronisation.ts';

const FieldList = lazy(async () => ({ default: (await import('./field-list.tsx')).FieldList }));
const FilterList = lazy(async () => ({ default: (await import('./filter-list.tsx')).FilterList }));

/** What is kept in step with Exchange, and which way, for the whole organisation. */
export function SynchronisationPage() {
  const [tab, setTab] = useUrlState('tab', 'filters');
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <PageTabs labels={text.tabs} value={tab} onChange={setTab} />
      <Suspense fallback={<Loading />}>
        {tab === 'filters' && (
          <>
            <FilterList kind="everybody" />
            <FilterList kind="templates" />
          </>
        )}
        {tab === 'fields' && <FieldList />}
      </Suspense>
    </>
  );
}
