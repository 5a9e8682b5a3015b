import { Button, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { conditionsText as text } from '../../text/conditions.ts';
import type { ConditionGroup, ConditionPart, ConditionRow } from './condition-model.ts';
import { ConditionValue } from './condition-value.tsx';
import { type ColumnsByName, isComplete, operatorsFor } from './fits.ts';
import { type OperatorName, operatorNamed } from './operators.ts';
import type { TableColumn } from './table-columns.ts';

interface Shared {
  readonly columns: readonly TableColumn[];
  readonly byName: ColumnsByName;
  readonly isFetch: boolean;
}

const useStyles = makeStyles({
  group: {
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    margin: 0,
    padding: '8px 12px',
    minWidth: 0,
    border: 'none',
    borderLeft: `3px solid ${tokens.colorBrandStroke2}`,
  },
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  part: { flexBasis: '180px', flexGrow: 1, minWidth: 0, '& select': { width: '100%' } },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** Conditions one a row, groups of them set off; each can be changed, added and removed. */
export function ConditionGroupRows({
  group,
  name,
  onChange,
  onRemove,
  ...shared
}: Shared & {
  readonly group: ConditionGroup;
  /** `2.1` for the first part of the second; empty for the outermost. */
  readonly name: string;
  readonly onChange: (group: ConditionGroup) => void;
  readonly onRemove?: () => void;
}) {
  const styles = useStyles();
  const { parts } = group;
  const put = (index: number, part: ConditionPart | undefined): void =>
    onChange({ ...group, parts: parts.flatMap((one, at) => (at === index ? (part ?? []) : [one])) });
  const add = (part: ConditionPart): void => onChange({ ...group, parts: [...parts, part] });
  const nameOf = (index: number): string => (name === '' ? String(index + 1) : `${name}.${index + 1}`);
  const emptyRow: ConditionRow = { kind: 'row', column: '', operator: '', values: [] };
  return (
    <fieldset className={styles.group} aria-label={name === '' ? text.views.rows : text.group(name)}>
      <div className={styles.row}>
        <Text className={styles.quiet}>{text.match}</Text>
        <Select
          aria-label={text.match}
          value={group.match}
          onChange={(_event, { value }) => onChange({ ...group, match: value === 'or' ? 'or' : 'and' })}
        >
          {Object.entries(text.matches).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        {onRemove && (
          <Button
            appearance="subtle"
            size="small"
            icon={<DismissRegular />}
            aria-label={text.removeGroup(name)}
            onClick={onRemove}
          />
        )}
      </div>
      {parts.length === 0 && <Text className={styles.quiet}>{text.always}</Text>}
      {parts.map((part, index) => {
        const given = { ...shared, name: nameOf(index), onRemove: () => put(index, undefined) };
        return part.kind === 'group' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name than their place
          <ConditionGroupRows key={index} {...given} group={part} onChange={(next) => put(index, next)} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name than their place
          <Row key={index} {...given} row={part} onChange={(next) => put(index, next)} />
        );
      })}
      <div className={styles.row}>
        <Button size="small" onClick={() => add(emptyRow)}>
          {text.addRow}
        </Button>
        <Button size="small" onClick={() => add({ kind: 'group', match: otherThan(group.match), parts: [emptyRow] })}>
          {text.addGroup}
        </Button>
      </div>
    </fieldset>
  );
}

const otherThan = (match: ConditionGroup['match']): ConditionGroup['match'] => (match === 'and' ? 'or' : 'and');

function Row({
  row,
  name,
  columns,
  byName,
  isFetch,
  onChange,
  onRemove,
}: Shared & {
  readonly row: ConditionRow;
  readonly name: string;
  readonly onChange: (row: ConditionRow) => void;
  readonly onRemove: () => void;
}) {
  const styles = useStyles();
  const column = byName.get(row.column);
  const choices = operatorsFor(column, isFetch);
  const chooseColumn = (next: string): void => {
    const fitting = operatorsFor(byName.get(next), isFetch);
    const kept = fitting.includes(row.operator as OperatorName) ? row.operator : (fitting[0] ?? '');
    onChange({ kind: 'row', column: next, operator: kept, values: [] });
  };
  const chooseOperator = (next: string): void => {
    const [before, after] = [operatorNamed(row.operator), operatorNamed(next)];
    const isAlike = before?.takes === after?.takes && before?.value === after?.value;
    const { uiname, uitype, ...bare } = row;
    onChange(isAlike ? { ...row, operator: next } : { ...bare, operator: next, values: [] });
  };
  return (
    <div className={styles.row}>
      <Select
        className={styles.part}
        aria-label={text.column(name)}
        value={row.column}
        onChange={(_event, { value }) => chooseColumn(value)}
      >
        {row.column === '' && <option value="">{text.chooseColumn}</option>}
        {columns.map((one) => (
          <option key={one.name} value={one.name}>
            {one.label}
          </option>
        ))}
      </Select>
      <Select
        className={styles.part}
        aria-label={text.operator(name)}
        value={row.operator}
        disabled={column === undefined}
        onChange={(_event, { value }) => chooseOperator(value)}
      >
        {choices.map((one) => (
          <option key={one} value={one}>
            {text.operators[one]}
          </option>
        ))}
      </Select>
      {column && operatorNamed(row.operator)?.takes !== 'none' && (
        <div className={styles.part}>
          <ConditionValue column={column} row={row} label={text.value(name)} onChange={onChange} />
        </div>
      )}
      <Button
        appearance="subtle"
        size="small"
        icon={<DismissRegular />}
        aria-label={text.removeRow(name)}
        onClick={onRemove}
      />
      {!isComplete(row) && (
        <Text size={200} className={styles.quiet}>
          {text.incomplete}
        </Text>
      )}
    </div>
  );
}
