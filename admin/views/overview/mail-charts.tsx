import { makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import type { Overview } from '../../api/overview.ts';
import { BarChart } from '../../parts/bar-chart.tsx';
import { Section } from '../../parts/section.tsx';
import { useDates } from '../../parts/when.tsx';
import { overviewText } from '../../text/overview.ts';

const text = overviewText.mail;

const useStyles = makeStyles({
  charts: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: '24px' },
  head: { display: 'flex', gap: '12px', alignItems: 'baseline', flexWrap: 'wrap', marginBottom: '6px' },
  foot: { display: 'flex', justifyContent: 'space-between', color: tokens.colorNeutralForeground2 },
});

interface MailChartsProps {
  readonly hours: Overview['Hours'];
  readonly range: 24 | 168;
  readonly onRange: (hours: string) => void;
}

/** Mail in and out by the hour. */
export function MailCharts({ hours, range, onRange }: MailChartsProps) {
  const styles = useStyles();
  const choose = (
    <Select aria-label={text.range} value={String(range)} onChange={(_event, { value }) => onRange(value)}>
      {Object.entries(text.ranges).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  );
  return (
    <Section title={text.title} actions={choose}>
      <div className={styles.charts}>
        <MailChart
          name={text.incoming}
          range={text.ranges[range]}
          counts={hours.map((hour) => [hour.Start, hour.Incoming])}
        />
        <MailChart
          name={text.outgoing}
          range={text.ranges[range]}
          counts={hours.map((hour) => [hour.Start, hour.Outgoing])}
        />
      </div>
    </Section>
  );
}

function MailChart({
  name,
  range,
  counts,
}: {
  readonly name: string;
  readonly range: string;
  readonly counts: readonly (readonly [start: string, count: number])[];
}) {
  const styles = useStyles();
  const dates = useDates();
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const most = Math.max(0, ...counts.map(([, count]) => count));
  const edge = (start: string | undefined): string => (start === undefined ? '' : dates.full(new Date(start)));
  return (
    <div>
      <div className={styles.head}>
        <Text weight="semibold">{name}</Text>
        <Text size={500} weight="semibold">
          {text.total(total)}
        </Text>
        <Text size={200}>{text.most(most)}</Text>
      </div>
      <BarChart
        label={text.chart(name, total, range)}
        bars={counts.map(([start, count]) => ({ key: start, value: count, label: text.bar(edge(start), count) }))}
      />
      <div className={styles.foot}>
        <Text size={200}>{edge(counts[0]?.[0])}</Text>
        <Text size={200}>{edge(counts.at(-1)?.[0])}</Text>
      </div>
    </div>
  );
}
