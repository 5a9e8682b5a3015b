import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Overview } from '../../api/overview.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { Section } from '../../parts/section.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { mailboxesText } from '../../text/mailboxes.ts';
import { overviewText } from '../../text/overview.ts';
import { type MailboxState, stateTones } from '../mailboxes/mailbox-state.ts';

const text = overviewText.mailboxes;

const useStyles = makeStyles({
  bar: { display: 'flex', height: '12px', borderRadius: tokens.borderRadiusMedium, overflow: 'hidden', gap: '2px' },
  legend: { display: 'flex', flexWrap: 'wrap', gap: '8px 20px', margin: 0, padding: 0, listStyleType: 'none' },
  item: { display: 'flex', alignItems: 'center', gap: '6px' },
  dot: { width: '10px', height: '10px', borderRadius: '50%' },
  good: { backgroundColor: tokens.colorPaletteGreenBackground3 },
  bad: { backgroundColor: tokens.colorPaletteRedBackground3 },
  warning: { backgroundColor: tokens.colorPaletteDarkOrangeBackground3 },
  quiet: { backgroundColor: tokens.colorNeutralStroke1 },
  busy: { backgroundColor: tokens.colorBrandBackground },
});

const order: readonly MailboxState[] = [
  'failing',
  'unapproved',
  'untested',
  'retrying',
  'working',
  'unused',
  'inactive',
];

/** How many mailboxes are in each state; each state leads to its list. */
export function MailboxStates({ states }: { readonly states: Overview['MailboxStates'] }) {
  const styles = useStyles();
  const counts = new Map(states.map(({ State, Count }) => [State, Count]));
  const shown = order.filter((state) => (counts.get(state) ?? 0) > 0);
  const colour = (tone: Tone): string => styles[tone];
  return (
    <Section title={text.title} actions={<AppLink to="/mailboxes">{text.all}</AppLink>}>
      {shown.length === 0 && text.none}
      <div className={styles.bar} aria-hidden="true">
        {shown.map((state) => (
          <div key={state} className={colour(stateTones[state])} style={{ flexGrow: counts.get(state) ?? 0 }} />
        ))}
      </div>
      <ul className={styles.legend}>
        {shown.map((state) => (
          <li key={state} className={styles.item}>
            <span className={mergeClasses(styles.dot, colour(stateTones[state]))} />
            <AppLink to={`/mailboxes?state=${state}`}>{mailboxesText.states[state]}</AppLink>
            {(counts.get(state) ?? 0).toLocaleString()}
          </li>
        ))}
      </ul>
    </Section>
  );
}
