import { makeStyles, Subtitle2, Text } from '@fluentui/react-components';
import type { Mailbox } from '../../api/mailbox-row.ts';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { type Step, StepList } from '../../parts/step-list.tsx';
import { FullDate } from '../../parts/when.tsx';
import { mailboxText } from '../../text/mailbox.ts';
import { stepsText } from '../../text/steps.ts';

const text = mailboxText.test;

interface Result {
  readonly completedOn?: string;
  readonly attempt?: number;
  readonly nextAttemptOn?: string;
  readonly directions: readonly {
    readonly direction: keyof typeof stepsText.directions;
    readonly ok: boolean;
    readonly steps: readonly Step[];
  }[];
}

const useStyles = makeStyles({
  directions: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: '24px' },
  head: { display: 'flex', gap: '8px', alignItems: 'center', marginBottom: '8px' },
});

/** UI-07: the last test of each direction as the list of its steps, with the server's words. */
export function TestResults({ mailbox }: { readonly mailbox: Mailbox }) {
  const styles = useStyles();
  const result = readResult(mailbox.mr_testresult);
  const statusOf = {
    incoming: mailbox.incomingemailstatus,
    outgoing: mailbox.outgoingemailstatus,
    act: mailbox.actstatus,
  };
  if (result === undefined) return <Section title={text.title} lead={text.none} />;
  return (
    <Section title={text.title}>
      <div className={styles.directions}>
        {result.directions.map(({ direction, steps }) => (
          <div key={direction}>
            <div className={styles.head}>
              <Subtitle2 as="h3">{stepsText.directions[direction]}</Subtitle2>
              <Status value={statusOf[direction]} />
            </div>
            <StepList steps={steps} label={stepsText.directions[direction]} />
          </div>
        ))}
      </div>
      <Text size={200}>
        {text.completed}: <FullDate value={result.completedOn ?? null} />
        {result.nextAttemptOn && (
          <>
            {' '}
            · {text.attempt} {result.attempt} · {text.next}: <FullDate value={result.nextAttemptOn} />
          </>
        )}
      </Text>
    </Section>
  );
}

function Status({ value }: { readonly value: number | null | undefined }) {
  const status = value === 1 ? 1 : value === 2 ? 2 : 0;
  return (
    <StatusBadge tone={status === 1 ? 'good' : status === 2 ? 'bad' : 'quiet'}>{text.statuses[status]}</StatusBadge>
  );
}

function readResult(json: string | null | undefined): Result | undefined {
  try {
    return json ? (JSON.parse(json) as Result) : undefined;
  } catch {
    return undefined;
  }
}
