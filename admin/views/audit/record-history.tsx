import { lazy, Suspense } from 'react';
import { Loading } from '../../parts/loading.tsx';

const ChangeList = lazy(async () => ({ default: (await import('./change-list.tsx')).ChangeList }));

/** Changes of one record, loaded when first looked at. */
export function RecordHistory({ id }: { readonly id: string }) {
  return (
    <Suspense fallback={<Loading />}>
      <ChangeList where={`_objectid_value eq ${id}`} prefix="h" />
    </Suspense>
  );
}
