import { Button, makeStyles, Text } from '@fluentui/react-components';
import { EditRegular } from '@fluentui/react-icons/svg/edit';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { pathOf, type ShownTable } from '../../api/entity-sets.ts';
import { conditionsText } from '../../text/conditions.ts';
import { pickableTables } from './pickable-tables.ts';

const useStyles = makeStyles({ row: { display: 'flex', gap: '4px', alignItems: 'center', overflowWrap: 'anywhere' } });

/** The name of the record whose id a condition holds, or the id where nobody may see it; another can be chosen instead. */
export function LookupName({
  id,
  tables,
  label,
  onClear,
}: {
  readonly id: string;
  readonly tables: readonly ShownTable[];
  readonly label: string;
  readonly onClear: () => void;
}) {
  const styles = useStyles();
  const { client } = useApi();
  const name = useQuery({
    queryKey: ['name', id, tables.join(',')],
    queryFn: async () => {
      for (const { table, nameColumn } of pickableTables(tables)) {
        const path = `${pathOf(table, id)}?$select=${nameColumn}`;
        // Which table it is of is not said; it is in one of them, or hidden.
        const row = await client.request<Readonly<Record<string, string>>>(path).catch(() => undefined);
        if (row?.[nameColumn]) return row[nameColumn];
      }
      return id;
    },
  });
  return (
    <div className={styles.row}>
      <Text>{name.data ?? id}</Text>
      <Button
        appearance="subtle"
        size="small"
        icon={<EditRegular />}
        aria-label={conditionsText.chooseOther(label)}
        onClick={onClear}
      />
    </div>
  );
}
