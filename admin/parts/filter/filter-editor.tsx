import {
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Tab,
  TabList,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { conditionsText as text } from '../../text/conditions.ts';
import { Loading } from '../loading.tsx';
import { type ConditionGroup, rowsOf } from './condition-model.ts';
import { ConditionGroupRows } from './condition-rows.tsx';
import { fetchOf, readFetch, writeFetch } from './fetch-text.ts';
import { completeOf, fits, isComplete } from './fits.ts';
import { readFilter, writeFilter } from './odata-text.ts';
import { readColumns } from './table-columns.ts';

/** How conditions are written. */
export type FilterDialect = 'fetchxml' | 'odata';

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
  code: { '& textarea': { fontFamily: tokens.fontFamilyMonospace, minHeight: '140px' } },
  label: { fontWeight: tokens.fontWeightSemibold },
});

/** Edits conditions on the rows of a table, one a row or as text; what the rows cannot say stays text, untouched. `onChange` is told whether something is still to be filled in. */
export function FilterEditor({
  dialect,
  table,
  value,
  label,
  hint,
  onChange,
}: {
  readonly dialect: FilterDialect;
  readonly table: string;
  readonly value: string;
  readonly label: string;
  /** About the text. */
  readonly hint: string;
  readonly onChange: (value: string, isComplete: boolean) => void;
}) {
  const styles = useStyles();
  const { client } = useApi();
  const columns = useQuery({
    queryKey: ['columns', table],
    queryFn: () => readColumns(client, table),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const byName = useMemo(() => new Map((columns.data ?? []).map((one) => [one.name, one])), [columns.data]);
  const [wantsText, setWantsText] = useState(false);
  // Rows that are not complete are no part of the text; they live here while the text is the one that was made of them.
  const [edited, setEdited] = useState<{ readonly group: ConditionGroup; readonly text: string }>();
  const read = useMemo(() => readText(dialect, table, value), [dialect, table, value]);
  const fromText = read !== undefined && fits(read.group, byName) ? read.group : undefined;
  const group = edited !== undefined && edited.text === value ? edited.group : fromText;
  const base = useRef(read);
  if (read !== undefined) base.current = read;
  const canShow = group !== undefined && columns.data !== undefined;
  const isText = wantsText || !canShow;
  const change = (next: ConditionGroup): void => {
    const complete = completeOf(next);
    const written =
      dialect === 'odata'
        ? writeFilter(complete, (name) => byName.get(name)?.kind ?? 'text')
        : writeFetch({ ...(base.current?.query ?? fetchOf(table)), table, group: complete });
    setEdited({ group: next, text: written });
    onChange(written, rowsOf(next).every(isComplete));
  };
  if (columns.isPending) return <Loading />;
  return (
    <div className={styles.stack}>
      <Text className={styles.label}>{label}</Text>
      <TabList
        size="small"
        selectedValue={isText ? 'text' : 'rows'}
        onTabSelect={(_event, { value: view }) => setWantsText(view === 'text')}
      >
        <Tab value="rows" disabled={!canShow}>
          {text.views.rows}
        </Tab>
        <Tab value="text">{text.views.text}</Tab>
      </TabList>
      {isText ? (
        <>
          {!canShow && (
            <MessageBar layout="multiline">
              <MessageBarBody>{columns.error ? text.columnsFailed : text.onlyText}</MessageBarBody>
            </MessageBar>
          )}
          <Field label={text.views.text} hint={hint}>
            <Textarea
              className={styles.code}
              value={value}
              resize="vertical"
              spellCheck={false}
              onChange={(_event, data) => onChange(data.value, true)}
            />
          </Field>
        </>
      ) : (
        <ConditionGroupRows
          group={group}
          name=""
          columns={columns.data}
          byName={byName}
          isFetch={dialect === 'fetchxml'}
          onChange={change}
        />
      )}
    </div>
  );
}

function readText(dialect: FilterDialect, table: string, value: string) {
  if (dialect === 'odata') {
    const group = readFilter(value);
    return group && { group, query: undefined };
  }
  const query = value.trim() === '' ? fetchOf(table) : readFetch(value);
  return query?.table === table ? { group: query.group, query } : undefined;
}
