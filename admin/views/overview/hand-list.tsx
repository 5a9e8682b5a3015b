import { makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle';
import { WarningRegular } from '@fluentui/react-icons/svg/warning';
import type { Overview } from '../../api/overview.ts';
import { useRows } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { Section } from '../../parts/section.tsx';
import { overviewText } from '../../text/overview.ts';

const text = overviewText.hand;

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  item: { display: 'flex', alignItems: 'center', gap: '8px' },
  bad: { color: tokens.colorStatusDangerForeground1, flexShrink: 0 },
  warning: { color: tokens.colorStatusWarningForeground3, flexShrink: 0 },
  good: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
});

interface Hand {
  readonly words: string;
  readonly to: string;
  readonly isBad: boolean;
}

/** What a person should look at, the worst first, each a way to where it is done. */
export function HandList({ overview }: { readonly overview: Overview }) {
  const styles = useStyles();
  const profiles = useRows({ table: 'emailserverprofile', select: ['name'], top: 1 });
  const hands = handsOf(overview, profiles.data?.value.length === 0);
  return (
    <Section title={text.title}>
      <ul className={styles.list}>
        {hands.length === 0 && (
          <li className={styles.item}>
            <CheckmarkCircleRegular className={styles.good} fontSize={20} />
            {text.nothing}
          </li>
        )}
        {hands.map(({ words, to, isBad }) => (
          <li key={words} className={styles.item}>
            {isBad ? (
              <ErrorCircleRegular className={styles.bad} fontSize={20} />
            ) : (
              <WarningRegular className={styles.warning} fontSize={20} />
            )}
            <AppLink to={to}>{words}</AppLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function handsOf(overview: Overview, hasNoProfile: boolean): readonly Hand[] {
  const states = new Map(overview.MailboxStates.map(({ State, Count }) => [State, Count]));
  const hands: Hand[] = [];
  const add = (count: number | undefined, words: (count: number) => string, to: string, isBad = false): void => {
    if (count !== undefined && count > 0) hands.push({ words: words(count), to, isBad });
  };
  if (overview.HeldFor !== null) hands.push({ words: text.held, to: '/settings', isBad: true });
  if (hasNoProfile) hands.push({ words: text.noProfile, to: '/first-start', isBad: false });
  if (overview.OverdueTurns > 0 && overview.Workers.length === 0)
    hands.push({ words: text.noWorker, to: '/', isBad: true });
  add(states.get('failing'), text.failing, '/mailboxes?state=failing', true);
  add(overview.OpenErrors, text.errors, '/alerts?level=3', true);
  add(overview.UncertainSends, text.uncertain, '/emails?state=uncertain', true);
  add(overview.FailedSends, text.failed, '/emails?state=failed', true);
  add(overview.Quarantined, text.quarantined, '/quarantine', true);
  add(states.get('unapproved'), text.unapproved, '/mailboxes?state=unapproved');
  add(states.get('untested'), text.untested, '/mailboxes?state=untested');
  add(states.get('retrying'), text.retrying, '/mailboxes?state=retrying');
  add(overview.OpenWarnings, text.warnings, '/alerts?level=2');
  if (overview.Workers.length > 0) add(overview.OverdueTurns, text.overdue, '/');
  return hands;
}
