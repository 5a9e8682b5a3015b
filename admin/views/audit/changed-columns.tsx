import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useColumns } from '../../parts/filter/use-columns.ts';
import { auditText as text } from '../../text/audit.ts';
import { AuditValue } from './audit-value.tsx';
import { readChanges } from './read-changes.ts';

/** Columns shown before one asks for more, and the longest value shown whole. */
const mostShown = 4;
const mostLetters = 120;

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  name: { fontWeight: tokens.fontWeightSemibold },
  before: { color: tokens.colorNeutralForeground2, textDecorationLine: 'line-through' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** What changed in a row, column by column: from and to. */
export function ChangedColumns({
  table,
  changedata,
}: {
  readonly table: string;
  readonly changedata: string | null | undefined;
}) {
  const styles = useStyles();
  const columns = useColumns(table);
  const [isOpen, setOpen] = useState(false);
  const changes = readChanges(changedata);
  const shown = isOpen ? changes : changes.slice(0, mostShown);
  return (
    <>
      <ul className={styles.list}>
        {shown.map((change) => (
          <li key={change.name}>
            <span className={styles.name} title={change.name}>
              {columns.get(change.name)?.label ?? change.name}
            </span>{' '}
            {change.isWithheld ? (
              <span className={styles.quiet}>{text.withheld}</span>
            ) : (
              <>
                {change.before !== undefined && (
                  <>
                    <span className={styles.quiet}>{text.from}</span>{' '}
                    <span className={styles.before}>
                      <AuditValue
                        name={change.name}
                        column={columns.get(change.name)}
                        value={cut(change.before, isOpen)}
                      />
                    </span>{' '}
                  </>
                )}
                <span className={styles.quiet}>{text.to}</span>{' '}
                {change.after === undefined ? (
                  text.nothing
                ) : (
                  <AuditValue name={change.name} column={columns.get(change.name)} value={cut(change.after, isOpen)} />
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {changes.length > mostShown && (
        <Button size="small" appearance="transparent" onClick={() => setOpen(!isOpen)}>
          {isOpen ? text.less : text.more(changes.length - mostShown)}
        </Button>
      )}
    </>
  );
}

function cut(value: string, isWhole: boolean): string {
  return isWhole || value.length <= mostLetters ? value : `${value.slice(0, mostLetters)} ...`;
}
