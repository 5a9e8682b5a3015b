import { Checkbox, Input, makeStyles, Select } from '@fluentui/react-components';
import { entitySets, type ShownTable } from '../../api/entity-sets.ts';
import { conditionsText as text } from '../../text/conditions.ts';
import { RecordField } from '../record-field.tsx';
import type { ConditionRow } from './condition-model.ts';
import { LookupName } from './lookup-name.tsx';
import { operatorNamed } from './operators.ts';
import { pickableTables } from './pickable-tables.ts';
import type { TableColumn } from './table-columns.ts';

const useStyles = makeStyles({
  wide: { width: '100%' },
  options: {
    display: 'flex',
    flexWrap: 'wrap',
    border: 'none',
    margin: 0,
    padding: 0,
    maxHeight: '160px',
    overflow: 'auto',
  },
});

/** The value of a condition, asked for as its column wants: words, a number, a day, a choice, a record. */
export function ConditionValue({
  column,
  row,
  label,
  onChange,
}: {
  readonly column: TableColumn;
  readonly row: ConditionRow;
  readonly label: string;
  readonly onChange: (row: ConditionRow) => void;
}) {
  const styles = useStyles();
  const [value = ''] = row.values;
  const operator = operatorNamed(row.operator);
  const set = (values: readonly string[]): void => onChange({ ...row, values });
  const input = (type: 'text' | 'number' | 'date') => (
    <Input
      className={styles.wide}
      type={type}
      aria-label={label}
      value={value}
      {...(operator?.value === 'count' ? { min: 1 } : {})}
      onChange={(_event, data) => set(data.value === '' ? [] : [data.value])}
    />
  );
  if (operator?.value === 'count') return input('number');
  if (operator?.takes === 'many')
    return (
      <fieldset className={styles.options} aria-label={label}>
        {column.options.map(([option, name]) => (
          <Checkbox
            key={option}
            label={name}
            checked={row.values.includes(option)}
            onChange={(_event, { checked }) =>
              set(checked === true ? [...row.values, option] : row.values.filter((one) => one !== option))
            }
          />
        ))}
      </fieldset>
    );
  if (column.options.length > 0)
    return (
      <Select className={styles.wide} aria-label={label} value={value} onChange={(_event, data) => set([data.value])}>
        {value === '' && <option value="" />}
        {column.options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </Select>
    );
  if (column.kind === 'date') return input('date');
  if (column.kind === 'number') return input('number');
  const tables = pickableTables(column.targets);
  if (column.kind !== 'lookup' || tables.length === 0) return input('text');
  if (value !== '' && row.uiname === undefined)
    return (
      <LookupName
        id={value}
        tables={tables.map(({ table }) => table)}
        label={label}
        onClear={() => onChange({ ...row, values: [] })}
      />
    );
  const table = (row.uitype ?? '') in entitySets ? (row.uitype as ShownTable) : (tables[0]?.table ?? 'systemuser');
  return (
    <RecordField
      label={label}
      isLabelHidden
      tables={tables}
      value={value === '' ? undefined : { table, id: value, name: row.uiname ?? text.idHint }}
      onPick={(picked) => {
        const { uiname, uitype, ...bare } = row;
        onChange(
          picked === undefined
            ? { ...bare, values: [] }
            : { ...bare, values: [picked.id], uiname: picked.name, uitype: picked.table },
        );
      }}
    />
  );
}
