import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { emailsText } from '../../text/emails.ts';
import type { NamedReceiver } from './email-of-draft.ts';

const text = emailsText.compose;
const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexWrap: 'wrap', gap: '4px 12px' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** Receivers of a draft that are records without an address of their own there; they can be taken out. */
export function NamedReceivers({
  named,
  onChange,
}: {
  readonly named: readonly NamedReceiver[];
  readonly onChange: (named: readonly NamedReceiver[]) => void;
}) {
  const styles = useStyles();
  if (named.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={text.named}>
      {named.map((one) => (
        <li key={`${one.list} ${one.record.id}`}>
          <Text className={styles.quiet}>{text[one.list]}: </Text>
          <Text>{one.name}</Text>
          <Button
            appearance="subtle"
            size="small"
            icon={<DismissRegular />}
            aria-label={text.takeOut(one.name)}
            onClick={() => onChange(named.filter((other) => other !== one))}
          />
        </li>
      ))}
    </ul>
  );
}
