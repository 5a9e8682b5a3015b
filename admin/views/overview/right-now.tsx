import type { Overview } from '../../api/overview.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { overviewText } from '../../text/overview.ts';
import { partsText } from '../../text/parts.ts';

const text = overviewText.now;

/** Lag, backlog, waiting sends and due turns. */
export function RightNow({ overview }: { readonly overview: Overview }) {
  const lag = overview.LagSeconds === null ? text.lagNone : overviewText.seconds(overview.LagSeconds);
  return (
    <Section title={text.title}>
      <Facts
        facts={[
          [
            text.lag,
            overview.LagMailboxId && overview.LagSeconds ? (
              <AppLink key="lag" to={`/mailboxes/${overview.LagMailboxId}`}>
                {lag}
              </AppLink>
            ) : (
              lag
            ),
          ],
          [text.backlog, overview.Backlog.toLocaleString()],
          [
            text.waiting,
            <AppLink key="waiting" to="/emails?state=waiting">
              {overview.WaitingSends.toLocaleString()}
            </AppLink>,
          ],
          [text.sending, overview.RunningSends.toLocaleString()],
          [text.oldest, <When key="oldest" value={overview.OldestWaitingOn} empty={partsText.none} />],
          [
            text.alerts,
            <AppLink key="alerts" to="/alerts">
              {text.alertCount(overview.OpenErrors, overview.OpenWarnings)}
            </AppLink>,
          ],
          [text.scheduled, overview.ScheduledTurns.toLocaleString()],
          [text.overdue, overview.OverdueTurns.toLocaleString()],
        ]}
      />
    </Section>
  );
}
