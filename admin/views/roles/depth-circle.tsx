import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { Depth } from './privilege-groups.ts';

const useStyles = makeStyles({
  button: {
    display: 'inline-flex',
    padding: '5px',
    border: 'none',
    backgroundColor: 'transparent',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    ':disabled': { cursor: 'default', backgroundColor: 'transparent' },
  },
  changed: { backgroundColor: tokens.colorPaletteYellowBackground2 },
  empty: { color: tokens.colorNeutralForeground3 },
  own: { color: tokens.colorPaletteMarigoldBorderActive },
  unit: { color: tokens.colorPaletteMarigoldBorderActive },
  below: { color: tokens.colorCompoundBrandForeground1 },
  all: { color: tokens.colorPaletteGreenForeground1 },
});

/** Share of the circle that is filled. */
const shares: Readonly<Record<Depth, number>> = { 0: 0, 1: 0.25, 2: 0.5, 4: 0.75, 8: 1 };

/** How far a privilege reaches, as a circle that is filled by quarters. */
export function DepthCircle({ depth }: { readonly depth: Depth }) {
  const styles = useStyles();
  const colour = { 0: styles.empty, 1: styles.own, 2: styles.unit, 4: styles.below, 8: styles.all }[depth];
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" className={colour}>
      <circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle
        cx="8"
        cy="8"
        r="3.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="7"
        strokeDasharray={`${shares[depth] * 2 * Math.PI * 3.5} 100`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}

/** A circle that goes to the next depth when chosen. */
export function DepthButton({
  depth,
  label,
  isChanged,
  isDisabled,
  onChoose,
}: {
  readonly depth: Depth;
  readonly label: string;
  readonly isChanged: boolean;
  readonly isDisabled: boolean;
  readonly onChoose: () => void;
}) {
  const styles = useStyles();
  return (
    <button
      type="button"
      className={mergeClasses(styles.button, isChanged && styles.changed)}
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onChoose}
    >
      <DepthCircle depth={depth} />
    </button>
  );
}
