import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle';
import { stepsText } from '../text/steps.ts';

/** One step of a test, with the server's own words. */
export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly serverReply?: string | null;
}

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '10px' },
  item: { display: 'flex', gap: '8px', alignItems: 'flex-start' },
  good: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0, marginTop: '2px' },
  bad: { color: tokens.colorStatusDangerForeground1, flexShrink: 0, marginTop: '2px' },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' },
  reply: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    overflowWrap: 'anywhere',
  },
});

/** The steps of a test in order, each good or bad in words as well as by its mark. */
export function StepList({ steps, label }: { readonly steps: readonly Step[]; readonly label: string }) {
  const styles = useStyles();
  const names: Readonly<Record<string, string>> = stepsText.names;
  return (
    <ol className={styles.list} aria-label={label}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity than their place
        <li key={index} className={styles.item}>
          {step.ok ? (
            <CheckmarkCircleRegular className={styles.good} fontSize={18} />
          ) : (
            <ErrorCircleRegular className={styles.bad} fontSize={18} />
          )}
          <div className={styles.words}>
            <Text weight="semibold">
              {names[step.name] ?? step.name}: {step.ok ? stepsText.good : stepsText.bad}
            </Text>
            <Text>{step.detail}</Text>
            {step.serverReply && (
              <span className={styles.reply}>
                {stepsText.server} {step.serverReply}
              </span>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
