import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { lazy, Suspense } from 'react';
import { pickableTables } from '../../parts/filter/pickable-tables.ts';
import type { PickableTable } from '../../parts/pickable-table.ts';
import { Section } from '../../parts/section.tsx';
import { auditText } from '../../text/audit.ts';
import type { AuditQuestion } from './audit-question.ts';

const RecordField = lazy(async () => ({ default: (await import('../../parts/record-field.tsx')).RecordField }));

const text = auditText.search;

const users = pickableTables(['systemuser']);
/** Records that are looked for by name; others have their own tab of changes. */
const records: readonly PickableTable[] = [
  ...pickableTables(['mailbox', 'systemuser', 'queue', 'team', 'businessunit']),
  { table: 'emailserverprofile', label: auditText.tables.emailserverprofile, nameColumn: 'name', hintColumn: 'name' },
  { table: 'role', label: auditText.tables.role, nameColumn: 'name', hintColumn: 'name' },
];

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: '12px', alignItems: 'end' },
  field: {
    flexGrow: 1,
    flexBasis: '200px',
    minWidth: 0,
    '& .fui-Combobox, & .fui-Input': { width: '100%', minWidth: 0 },
    '& input': { minWidth: 0 },
  },
});

/** Looks for changes by whom, of which record, from when until when. */
export function AuditSearch({
  search,
  onChange,
}: {
  readonly search: AuditQuestion;
  readonly onChange: (search: AuditQuestion) => void;
}) {
  const styles = useStyles();
  const date = (name: 'from' | 'until') => (
    <Field className={styles.field} label={text[name]}>
      <Input
        type="datetime-local"
        value={search[name] ?? ''}
        onChange={(_event, { value }) => onChange({ ...search, [name]: value })}
      />
    </Field>
  );
  return (
    <Section title={text.title}>
      <div className={styles.row}>
        <Suspense>
          <div className={styles.field}>
            <RecordField
              label={text.user}
              tables={users}
              value={search.user}
              onPick={(user) => onChange({ ...search, user })}
            />
          </div>
          <div className={styles.field}>
            <RecordField
              label={text.record}
              tables={records}
              value={search.record}
              onPick={(record) => onChange({ ...search, record })}
            />
          </div>
        </Suspense>
        {date('from')}
        {date('until')}
        <Button onClick={() => onChange({})}>{text.clear}</Button>
      </div>
    </Section>
  );
}
