import { Button, Field, Input, makeStyles, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { ApiError } from '../../api/api-error.ts';
import { pathOf } from '../../api/entity-sets.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { FullDate } from '../../parts/when.tsx';
import { consentText as text } from '../../text/consent.ts';

interface ConsentAnswer {
  readonly IsNeeded: boolean;
  readonly Url: string;
  readonly State: keyof typeof text.states;
  readonly Account: string | null;
  readonly GivenOn: string | null;
  readonly Refusal: string | null;
}

const tones: Readonly<Record<ConsentAnswer['State'], Tone>> = { missing: 'warning', given: 'good', refused: 'bad' };

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'flex-end' },
  address: { flexGrow: 1, minWidth: '240px' },
});

/** CN-05: how the consent for a mailbox stands, where it is given, and the address for its owner; nothing for mailboxes that have passwords. */
export function Consent({ mailboxId }: { readonly mailboxId: string }) {
  const styles = useStyles();
  const { client } = useApi();
  const path = `${pathOf('mailbox', mailboxId)}/Microsoft.Dynamics.CRM.mr_MailboxConsent`;
  const consent = useQuery({
    // Consent ends with a test of the mailbox, which changes its row.
    queryKey: ['function', 'mailbox', path],
    queryFn: ({ signal }) => client.request<ConsentAnswer>(path, { method: 'POST', body: {}, signal }),
  });
  // Who may only read a mailbox is not told of its consent.
  if (consent.error instanceof ApiError && consent.error.status === 403) return null;
  if (consent.error) return <ErrorBar error={consent.error} onRetry={consent.refetch} />;
  if (!consent.data?.IsNeeded) return null;
  const { Url, State, Account, GivenOn, Refusal } = consent.data;
  return (
    <Section title={text.title} lead={text.lead}>
      <Facts
        facts={[
          [
            text.state,
            <StatusBadge key="state" tone={tones[State]}>
              {text.states[State]}
            </StatusBadge>,
          ],
          ...(Account ? [[text.account, Account] as const] : []),
          ...(GivenOn ? [[text.since, <FullDate key="since" value={GivenOn} />] as const] : []),
        ]}
      />
      {Refusal && (
        <Text>
          {text.refusal}: {Refusal}
        </Text>
      )}
      <div className={styles.row}>
        <Field label={text.url} className={styles.address}>
          <Input readOnly value={Url} />
        </Field>
        <ActionButton label={text.copy} done={text.copied} onAction={() => navigator.clipboard.writeText(Url)} />
        <Button as="a" href={`/consent/${mailboxId}`} appearance={State === 'given' ? 'secondary' : 'primary'}>
          {State === 'given' ? text.again : text.give}
        </Button>
      </div>
    </Section>
  );
}
