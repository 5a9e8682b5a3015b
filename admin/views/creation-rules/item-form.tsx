import { Button, Field, makeStyles, Select, tokens } from '@fluentui/react-components';
import type { ApiRow } from '../../api/api-row.ts';
import type { ShownTable } from '../../api/entity-sets.ts';
import { FieldGrid, NumberField, SwitchField, TextField } from '../../parts/fields.tsx';
import { FilterField } from '../../parts/filter/filter-field.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { creationRulesText } from '../../text/creation-rules.ts';
import { partsText } from '../../text/parts.ts';
import { beginningOf } from './mapping.ts';
import { MappingFields } from './mapping-fields.tsx';

const text = creationRulesText.item;

const useStyles = makeStyles({
  form: {
    display: 'flex',
    flexDirection: 'column',
    gap: '16px',
    padding: '16px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
});

/** An item of a creation rule: when it fits, what it makes, with which columns. */
export function ItemForm({
  item,
  order,
  source,
  onSave,
  onCancel,
}: {
  readonly item: ApiRow<'mr_creationruleitem'> | undefined;
  /** Order of a new item. */
  readonly order: number;
  /** Table of what came. */
  readonly source: ShownTable;
  readonly onSave: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const styles = useStyles();
  const usual = { mr_order: order, mr_targettable: 'lead', mr_setsregarding: true, mr_mapping: beginningOf('lead') };
  const draft = useDraft(item ?? usual);
  const target = String(draft.read('mr_targettable') ?? '');
  const targets = { ...(target in text.targets ? {} : { [target]: target }), ...text.targets };
  return (
    <div className={styles.form}>
      <FieldGrid>
        <TextField draft={draft} name="mr_name" label={text.name} isRequired />
        <NumberField draft={draft} name="mr_order" label={text.order} hint={text.orderHint} min={0} />
        <Field label={text.target} required>
          <Select
            value={target}
            onChange={(_event, { value }) => {
              draft.set('mr_targettable', value);
              if (item === undefined) draft.set('mr_mapping', beginningOf(value));
            }}
          >
            {Object.entries(targets).map(([table, label]) => (
              <option key={table} value={table}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <SwitchField draft={draft} name="mr_setsregarding" label={text.setsRegarding} hint={text.setsRegardingHint} />
      </FieldGrid>
      <FilterField
        draft={draft}
        name="mr_filter"
        table={source}
        nameColumn="subject"
        label={text.condition}
        hint={text.conditionHint}
      />
      <MappingFields draft={draft} />
      <SaveBar
        draft={draft}
        label={text.save}
        onSave={(changes) => onSave(item === undefined ? { ...usual, ...changes } : changes)}
      />
      <div>
        <Button size="small" onClick={onCancel}>
          {partsText.close}
        </Button>
      </div>
    </div>
  );
}
