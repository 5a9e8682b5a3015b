import { Field, Input, Select, Switch, Text } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import type { ShownTable } from '../../api/entity-sets.ts';
import { useWrites } from '../../api/use-writes.ts';
import { DialogForm, FormDialog } from '../../parts/form-dialog.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import type { PickedRecord } from '../../parts/record-field.tsx';
import { fieldsText } from '../../text/fields.ts';
import { filtersText as text } from '../../text/filters.ts';
import { type FilterKind, filterStarts, filterTables, filterTypes } from './filter-kinds.ts';
import { FilterPreview } from './filter-preview.tsx';

const FilterEditor = lazy(async () => ({
  default: (await import('../../parts/filter/filter-editor.tsx')).FilterEditor,
}));
const MatchCount = lazy(async () => ({ default: (await import('../../parts/filter/match-count.tsx')).MatchCount }));
const RecordField = lazy(async () => ({ default: (await import('../../parts/record-field.tsx')).RecordField }));

/** A filter of either table, as far as the page reads it. */
export type SyncFilter = Pick<
  ApiRow<'savedquery'>,
  'name' | 'returnedtypecode' | 'fetchxml' | 'statecode' | 'isdefault'
> & {
  readonly id: string;
};

interface DialogProps {
  readonly kind: FilterKind;
  /** The mailbox that what changes is counted for; asked for where there is none. */
  readonly mailboxId: string | undefined;
  readonly filter?: SyncFilter;
}

/** Makes a filter or changes one, and counts what that would do before it is saved (FI-01, FI-09). */
export function FilterDialog(props: DialogProps) {
  return (
    <FormDialog label={props.filter ? text.edit : text.add} isOfRow={props.filter !== undefined}>
      {(close) => <FilterForm {...props} onDone={close} />}
    </FormDialog>
  );
}

function FilterForm({ kind, mailboxId, filter, onDone }: DialogProps & { readonly onDone: () => void }) {
  const writes = useWrites();
  const notify = useNotify();
  const [name, setName] = useState(filter?.name ?? '');
  const [table, setTable] = useState(filter?.returnedtypecode ?? 'contact');
  const [fetchXml, setFetchXml] = useState(filter?.fetchxml ?? filterStarts.mine('contact'));
  const [isComplete, setComplete] = useState(true);
  const [isDefault, setDefault] = useState(filter?.isdefault ?? true);
  const [counted, setCounted] = useState<string>();
  const [whose, setWhose] = useState<PickedRecord>();
  const countedFor = mailboxId ?? whose?.id;
  const canCount = kind !== 'templates' && countedFor !== undefined;
  const isCounted = counted === fetchXml;
  const save = async (): Promise<void> => {
    const values = {
      name,
      returnedtypecode: table,
      fetchxml: fetchXml,
      ...(kind === 'templates' ? { isdefault: isDefault } : {}),
    };
    if (filter) await writes.update(filterTables[kind], filter.id, values);
    else await writes.create(filterTables[kind], { ...values, querytype: filterTypes[kind] });
    notify(text.saved(name));
    onDone();
  };
  const needsCount = canCount && !isCounted;
  return (
    <DialogForm
      title={filter ? text.title.known(filter.name ?? '') : text.title.new}
      action={needsCount ? text.count : text.save}
      isBlocked={!isComplete || fetchXml.trim() === '' || (!needsCount && name.trim() === '')}
      onAction={needsCount ? async () => setCounted(fetchXml) : save}
    >
      <Field label={text.name} required>
        <Input value={name} onChange={(_event, { value }) => setName(value)} />
      </Field>
      <Field label={text.table}>
        <Select
          value={table}
          disabled={filter !== undefined}
          onChange={(_event, { value }) => {
            setTable(value);
            setFetchXml(filterStarts.mine(value));
            setComplete(true);
          }}
        >
          {Object.entries(fieldsText.tables).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={text.start}>
        <Select
          value=""
          onChange={(_event, { value }) => {
            if (value === 'active' || value === 'mine') {
              setFetchXml(filterStarts[value](table));
              setComplete(true);
            }
          }}
        >
          {Object.entries(text.starts).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Suspense fallback={<Loading />}>
        <FilterEditor
          key={table}
          dialect="fetchxml"
          table={table}
          label={text.fetchXml}
          hint={text.fetchXmlHint}
          value={fetchXml}
          onChange={(value, complete) => {
            setFetchXml(value);
            setComplete(complete);
          }}
        />
        {!canCount && isComplete && (
          <MatchCount
            dialect="fetchxml"
            table={table as ShownTable}
            nameColumn={table === 'contact' ? 'fullname' : 'subject'}
            value={fetchXml}
          />
        )}
      </Suspense>
      {kind === 'templates' && (
        <Switch label={text.givenToNew} checked={isDefault} onChange={(_event, { checked }) => setDefault(checked)} />
      )}
      {kind === 'everybody' && mailboxId === undefined && (
        <Suspense>
          <RecordField
            label={text.mailbox}
            hint={text.mailboxHint}
            value={whose}
            onPick={setWhose}
            tables={[
              {
                table: 'mailbox',
                label: text.mailbox,
                nameColumn: 'name',
                hintColumn: 'emailaddress',
                filter: 'statecode eq 0 and regardingobjectid/systemuserid ne null',
              },
            ]}
          />
        </Suspense>
      )}
      {canCount && isCounted && (
        <FilterPreview
          mailboxId={countedFor}
          change={{ FetchXml: fetchXml, ...(filter ? { FilterId: filter.id } : {}) }}
        />
      )}
      {needsCount && <Text>{text.countFirst}</Text>}
    </DialogForm>
  );
}
