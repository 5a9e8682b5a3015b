import {
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useIsNarrow } from './use-is-narrow.ts';

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  cell: { paddingTop: '6px', paddingBottom: '6px', overflowWrap: 'anywhere' },
});

/** A column of a short table. */
export interface PlainColumn<Row> {
  readonly name: string;
  readonly show: (row: Row) => ReactNode;
  /** Left out on a phone. */
  readonly isMinor?: boolean;
  readonly width?: string;
}

/** A table of rows that are all there, without search and pages. */
export function PlainTable<Row>({
  label,
  rows,
  keyOf,
  columns,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly PlainColumn<Row>[];
}) {
  const styles = useStyles();
  const isNarrow = useIsNarrow();
  const shown = isNarrow ? columns.filter((column) => !column.isMinor) : columns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <Table size="small" aria-label={label}>
        <TableHeader>
          <TableRow>
            {shown.map(({ name, width }) => (
              <TableHeaderCell key={name} {...(width === undefined || isNarrow ? {} : { style: { width } })}>
                {name}
              </TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={keyOf(row)}>
              {shown.map((column) => (
                <TableCell key={column.name} className={styles.cell}>
                  {column.show(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  );
}
