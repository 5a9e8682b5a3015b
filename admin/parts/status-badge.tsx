import { Badge } from '@fluentui/react-components';

/** How good a state is. */
export type Tone = 'good' | 'bad' | 'warning' | 'quiet' | 'busy';

const colors = {
  good: 'success',
  bad: 'danger',
  warning: 'warning',
  quiet: 'informative',
  busy: 'informative',
} as const;

/** A state in a word; the colour only repeats it. */
export function StatusBadge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <Badge
      appearance={tone === 'quiet' ? 'outline' : 'tint'}
      color={colors[tone]}
      shape="rounded"
      style={{ whiteSpace: 'nowrap' }}
    >
      {children}
    </Badge>
  );
}
