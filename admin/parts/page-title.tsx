import { makeStyles, Text, Title3, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect } from 'react';
import { shellText } from '../text/shell.ts';

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px 16px', alignItems: 'center', justifyContent: 'space-between' },
  words: { display: 'flex', flexDirection: 'column', gap: '2px', minWidth: 0 },
  title: { overflowWrap: 'anywhere' },
  lead: { color: tokens.colorNeutralForeground2, maxWidth: '75ch' },
  actions: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px 12px' },
});

/** Heading of a page, its one sentence, and what can be done with the whole of it. */
export function PageTitle({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} - ${shellText.product}`;
  }, [title]);
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <Title3 as="h1" className={styles.title}>
          {title}
        </Title3>
        {lead && <Text className={styles.lead}>{lead}</Text>}
      </div>
      {children && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
