import { Button, Field, Input, makeStyles, Text, Textarea, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { Draft } from '../../parts/use-draft.ts';
import { creationRulesText } from '../../text/creation-rules.ts';
import { type MappedColumn, readMapping, writeMapping } from './mapping.ts';

const text = creationRulesText.item;

const useStyles = makeStyles({
  fields: { display: 'flex', flexDirection: 'column', gap: '8px', border: 'none', margin: 0, padding: 0 },
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  column: { width: '200px' },
  value: { flexGrow: 1, minWidth: 'min(100%, 260px)' },
  hint: { color: tokens.colorNeutralForeground2 },
});

/** The columns of the new record, one a row; as JSON where the mapping holds more than texts. */
export function MappingFields({ draft }: { readonly draft: Draft }) {
  const styles = useStyles();
  const json = String(draft.read('mr_mapping') ?? '{}');
  const known = readMapping(json);
  // Rows whose column is still empty are no part of the mapping; they live here until it is named.
  const [empty, setEmpty] = useState<MappedColumn | undefined>(undefined);
  if (known === undefined)
    return (
      <Field label={text.mapping} hint={`${text.raw} ${text.mappingHint}`}>
        <Textarea value={json} resize="vertical" onChange={(_event, { value }) => draft.set('mr_mapping', value)} />
      </Field>
    );
  const rows = empty === undefined ? known : [...known, empty];
  const change = (index: number, row: MappedColumn | undefined): void => {
    const next = rows.flatMap((one, at) => (at === index ? (row ?? []) : one));
    const named = next.filter(({ column }) => column.trim() !== '');
    setEmpty(next.find(({ column }) => column.trim() === ''));
    draft.set('mr_mapping', writeMapping(named));
  };
  return (
    <fieldset className={styles.fields}>
      <Text as="span" weight="semibold">
        {text.mapping}
      </Text>
      <Text size={200} className={styles.hint}>
        {text.mappingHint}
      </Text>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row's column is what is being typed
        <div key={index} className={styles.row}>
          <Input
            className={styles.column}
            aria-label={text.columnOf(index + 1)}
            placeholder={text.column}
            value={row.column}
            onChange={(_event, { value }) => change(index, { ...row, column: value })}
          />
          <Input
            className={styles.value}
            aria-label={text.valueOf(index + 1)}
            placeholder={text.value}
            value={row.value}
            onChange={(_event, { value }) => change(index, { ...row, value })}
          />
          <Button size="small" aria-label={text.removeColumn(row.column)} onClick={() => change(index, undefined)}>
            ✕
          </Button>
        </div>
      ))}
      <div>
        <Button size="small" disabled={empty !== undefined} onClick={() => setEmpty({ column: '', value: '' })}>
          {text.addColumn}
        </Button>
      </div>
    </fieldset>
  );
}
