import { makeStyles, tokens } from '@fluentui/react-components';

/** One bar. */
export interface Bar {
  readonly key: string;
  readonly value: number;
  /** Said when the bar is pointed at. */
  readonly label: string;
}

const useStyles = makeStyles({
  chart: { width: '100%', height: '96px', display: 'block' },
  bar: { fill: tokens.colorBrandBackground, ':hover': { fill: tokens.colorBrandBackgroundHover } },
  empty: { fill: tokens.colorNeutralStroke2 },
  line: { stroke: tokens.colorNeutralStroke1, strokeWidth: 1 },
});

const height = 96;
const slot = 10;

/** Bars side by side; a value of zero is a flat line, so that every slot can be told. */
export function BarChart({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }) {
  const styles = useStyles();
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <svg
      className={styles.chart}
      viewBox={`0 0 ${bars.length * slot} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {bars.map(({ key, value, label: words }, index) => {
        const size = value === 0 ? 1 : Math.max(3, (value / most) * (height - 2));
        return (
          <rect
            key={key}
            className={value === 0 ? styles.empty : styles.bar}
            x={index * slot + 1}
            y={height - size}
            width={slot - 2}
            height={size}
          >
            <title>{words}</title>
          </rect>
        );
      })}
    </svg>
  );
}
