import { Combobox, Field, Option, OptionGroup } from '@fluentui/react-components';
import { useState } from 'react';
import type { ShownTable } from '../api/entity-sets.ts';
import { partsText } from '../text/parts.ts';
import type { PickableTable } from './pickable-table.ts';
import { useOffered } from './use-offered.ts';

/** A record that was chosen. */
export interface PickedRecord {
  readonly table: ShownTable;
  readonly id: string;
  readonly name: string;
}

/** Chooses one record of some tables by typing a part of its name; searched on the server. */
export function RecordField({
  label,
  hint,
  isLabelHidden = false,
  tables,
  value,
  onPick,
}: {
  readonly label: string;
  /** The label is there for those who listen alone. */
  readonly isLabelHidden?: boolean;
  readonly hint?: string;
  readonly tables: readonly PickableTable[];
  readonly value: PickedRecord | undefined;
  readonly onPick: (record: PickedRecord | undefined) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const offered = useOffered(tables, typed);
  const offeredOf = (table: ShownTable) => offered?.groups.find((group) => group.table === table)?.records;
  return (
    <Field hint={hint} {...(isLabelHidden ? {} : { label })}>
      <Combobox
        {...(isLabelHidden ? { 'aria-label': label } : {})}
        freeform
        clearable
        value={typed ?? value?.name ?? ''}
        selectedOptions={value === undefined || typed !== undefined ? [] : [keyOf(value)]}
        placeholder={partsText.pick}
        open={typed !== undefined}
        onOpenChange={(_event, { open }) => setTyped((before) => (open ? (before ?? '') : undefined))}
        onChange={(event) => setTyped(event.target.value)}
        onOptionSelect={(event, { optionValue, optionText }) => {
          // Typing deselects what was chosen; here it stays until another is chosen, or it is cleared.
          if (optionValue === undefined && event.type === 'change') return;
          setTyped(undefined);
          const [table, id] = (optionValue ?? '').split(' ');
          onPick(id === undefined ? undefined : { table: table as ShownTable, id, name: optionText ?? '' });
        }}
      >
        {tables.map(({ table, label: group }) => {
          const rows = offeredOf(table) ?? [];
          if (rows.length === 0) return null;
          return (
            <OptionGroup key={table} label={group}>
              {rows.map(({ id, name, more }) => (
                <Option key={id} value={keyOf({ table, id })} text={name}>
                  {more === '' ? name : `${name} (${more})`}
                </Option>
              ))}
            </OptionGroup>
          );
        })}
        {tables.every(({ table }) => offeredOf(table)?.length === 0) && (
          <Option disabled text="">
            {partsText.pickNothing}
          </Option>
        )}
        {offered?.error && (
          <Option disabled text="">
            {partsText.pickFailed(offered.error.message)}
          </Option>
        )}
      </Combobox>
    </Field>
  );
}

const keyOf = ({ table, id }: Pick<PickedRecord, 'table' | 'id'>): string => `${table} ${id}`;
