import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { useEffect, useId, useState } from 'react';
import type { SelectName } from '../api/api-row.ts';
import { entitySets, type ShownTable } from '../api/entity-sets.ts';
import { searchTerms } from '../api/search-terms.ts';
import { useRows } from '../api/use-rows.ts';
import { partsText } from '../text/parts.ts';

/** Milliseconds of silence before what was typed is searched for. */
const pauseMs = 250;

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'end' },
  field: { flexGrow: 1, minWidth: 'min(100%, 260px)' },
});

/** Finds one record of a table of any size by what is typed; for tables with a search index. The browser's own list of suggestions keeps it light. */
export function RecordPicker<N extends ShownTable>({
  table,
  nameColumn,
  hintColumn,
  filter,
  label,
  action,
  onChoose,
}: {
  readonly table: N;
  readonly nameColumn: SelectName<N>;
  /** Shown beside the name, to tell namesakes apart. */
  readonly hintColumn: SelectName<N>;
  readonly filter?: string;
  readonly label: string;
  /** What happens to the record that was found, on its button. */
  readonly action: string;
  readonly onChoose: (id: string, name: string) => void;
}) {
  const styles = useStyles();
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setWords(typed), pauseMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const id = entitySets[table][1] as SelectName<N>;
  const search = searchTerms(words);
  const rows = useRows({
    table,
    select: [id, nameColumn, hintColumn],
    filter,
    search,
    top: 20,
    isEnabled: search !== undefined,
  });
  const found = ((search && rows.data?.value) || []).map((row) => {
    const values = row as Readonly<Record<string, unknown>>;
    const name = String(values[nameColumn] ?? '');
    return { id: String(values[id]), name, shown: [name, values[hintColumn]].filter(Boolean).join(' - ') };
  });
  const chosen = found.find(({ shown }) => shown === typed) ?? (found.length === 1 ? found[0] : undefined);
  const isMissing = search !== undefined && words === typed && rows.data !== undefined && found.length === 0;
  return (
    <div className={styles.row}>
      <Field label={label} className={styles.field} hint={isMissing ? partsText.nobodyFound : undefined}>
        <Input
          list={listId}
          placeholder={partsText.typeToFind}
          value={typed}
          onChange={(_event, { value }) => setTyped(value)}
        />
      </Field>
      <datalist id={listId}>
        {found.map(({ id: key, shown }) => (
          <option key={key} value={shown} />
        ))}
      </datalist>
      <Button
        disabled={chosen === undefined}
        onClick={() => {
          if (chosen === undefined) return;
          onChoose(chosen.id, chosen.name);
          setTyped('');
        }}
      >
        {action}
      </Button>
    </div>
  );
}
