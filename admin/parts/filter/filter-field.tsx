import { makeStyles } from '@fluentui/react-components';
import { lazy, Suspense } from 'react';
import type { ShownTable } from '../../api/entity-sets.ts';
import { Loading } from '../loading.tsx';
import type { Draft } from '../use-draft.ts';

const FilterEditor = lazy(async () => ({ default: (await import('./filter-editor.tsx')).FilterEditor }));
const MatchCount = lazy(async () => ({ default: (await import('./match-count.tsx')).MatchCount }));

const useStyles = makeStyles({ stack: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 } });

/** A column of a form that holds a `$filter` over the rows of a table, with a count of what it fits. */
export function FilterField({
  draft,
  name,
  table,
  nameColumn,
  label,
  hint,
}: {
  readonly draft: Draft;
  readonly name: string;
  readonly table: ShownTable;
  readonly nameColumn: string;
  readonly label: string;
  readonly hint: string;
}) {
  const value = String(draft.read(name) ?? '');
  return (
    <div className={useStyles().stack}>
      <Suspense fallback={<Loading />}>
        <FilterEditor
          dialect="odata"
          table={table}
          label={label}
          hint={hint}
          value={value}
          onChange={(next, isComplete) => {
            draft.set(name, next === '' ? null : next);
            draft.block(name, !isComplete);
          }}
        />
        <MatchCount dialect="odata" table={table} nameColumn={nameColumn} value={value} />
      </Suspense>
    </div>
  );
}
