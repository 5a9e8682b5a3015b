import { Button, Field, makeStyles, Select, tokens } from '@fluentui/react-components';
import type { ApiRow } from '../../api/api-row.ts';
import type { ShownTable } from '../../api/entity-sets.ts';
import { FieldGrid, SwitchField, TextField } from '../../parts/fields.tsx';
import { FilterField } from '../../parts/filter/filter-field.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { partsText } from '../../text/parts.ts';
import { webhooksText } from '../../text/webhooks.ts';

const text = webhooksText.subscriptions;

const useStyles = makeStyles({
  form: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    padding: '12px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
});

/** The name of the records of tables that are offered. */
const nameColumns: Readonly<Record<string, string>> = {
  contact: 'fullname',
  lead: 'fullname',
  account: 'name',
  mailbox: 'name',
  queueitem: 'title',
  tracelog: 'text',
  mr_quarantine: 'mr_subject',
};

const usual = { mr_table: 'email', mr_oncreate: true, mr_onupdate: true, mr_ondelete: false };

/** A subscription's fields: a new one, or one that is there. */
export function SubscriptionForm({
  subscription,
  onSave,
  onCancel,
}: {
  readonly subscription: ApiRow<'mr_subscription'> | undefined;
  readonly onSave: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const styles = useStyles();
  const draft = useDraft(subscription ?? usual);
  const save = (changes: Readonly<Record<string, unknown>>): Promise<void> =>
    onSave(subscription === undefined ? { ...usual, ...changes } : changes);
  const table = String(draft.read('mr_table') ?? '');
  const known = { ...(table in text.tables ? {} : { [table]: table }), ...text.tables };
  return (
    <div className={styles.form}>
      <FieldGrid>
        <Field label={text.table} required>
          <Select value={table} onChange={(_event, { value }) => draft.set('mr_table', value)}>
            {Object.entries(known).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <SwitchField draft={draft} name="mr_oncreate" label={text.onCreate} />
        <SwitchField draft={draft} name="mr_onupdate" label={text.onUpdate} />
        <SwitchField draft={draft} name="mr_ondelete" label={text.onDelete} />
        <TextField draft={draft} name="mr_columns" label={text.columns} hint={text.columnsHint} />
        <TextField draft={draft} name="mr_select" label={text.select} hint={text.selectHint} />
      </FieldGrid>
      <FilterField
        key={table}
        draft={draft}
        name="mr_filter"
        table={table as ShownTable}
        nameColumn={nameColumns[table] ?? 'subject'}
        label={text.filter}
        hint={text.filterHint}
      />
      <SaveBar
        draft={subscription === undefined ? { ...draft, isDirty: true } : draft}
        onSave={save}
        label={text.save}
      />
      <div>
        <Button size="small" onClick={onCancel}>
          {partsText.close}
        </Button>
      </div>
    </div>
  );
}
