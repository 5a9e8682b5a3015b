import { Field, Select } from '@fluentui/react-components';
import type { SelectName } from '../api/api-row.ts';
import { entitySets, type ShownTable } from '../api/entity-sets.ts';
import { useRows } from '../api/use-rows.ts';
import { reference } from '../api/use-writes.ts';
import { partsText } from '../text/parts.ts';
import type { Draft } from './use-draft.ts';

/** A lookup into a table of a few records, chosen from all of them. */
export function LookupField<N extends ShownTable>({
  draft,
  column,
  navigation,
  table,
  nameColumn,
  filter,
  label,
  hint,
}: {
  readonly draft: Draft;
  /** The column as it is read without `_value`, such as `emailserverprofile`. */
  readonly column: string;
  /** Its navigation property, for writing. */
  readonly navigation: string;
  readonly table: N;
  readonly nameColumn: SelectName<N>;
  readonly filter?: string;
  readonly label: string;
  readonly hint?: string;
}) {
  const id = entitySets[table][1] as SelectName<N>;
  const rows = useRows({ table, select: [id, nameColumn], orderBy: nameColumn, filter, top: 500 });
  const bound = `${navigation}@odata.bind`;
  const chosen = bound in draft.changes ? idIn(draft.changes[bound]) : String(draft.read(`_${column}_value`) ?? '');
  return (
    <Field label={label} hint={hint}>
      <Select
        value={chosen}
        onChange={(_event, { value }) => draft.set(bound, value === '' ? null : reference(table, value))}
      >
        <option value="">{partsText.none}</option>
        {rows.data?.value.map((row) => {
          const values = row as Readonly<Record<string, unknown>>;
          return (
            <option key={String(values[id])} value={String(values[id])}>
              {String(values[nameColumn] ?? '')}
            </option>
          );
        })}
      </Select>
    </Field>
  );
}

const idIn = (bound: unknown): string => /\(([^)]+)\)/.exec(String(bound ?? ''))?.[1] ?? '';
