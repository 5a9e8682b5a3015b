import { useState } from 'react';
import { useFunction } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/section.tsx';
import { mailboxText } from '../../text/mailbox.ts';

interface VerdictCount {
  readonly mr_verdict: number;
  readonly n: number;
}

const weekMs = 7 * 86_400_000;

/** How many messages of the last days got each verdict. */
export function DecisionCounts({ mailboxId }: { readonly mailboxId: string }) {
  const text = mailboxText.statistics;
  const [since] = useState(() => new Date(Date.now() - weekMs).toISOString());
  const where = `_mr_mailboxid_value eq ${mailboxId} and createdon ge ${since}`;
  const apply = `filter(${where})/groupby((mr_verdict),aggregate($count as n))`;
  const counts = useFunction<{ readonly value: readonly VerdictCount[] }>(
    `mr_maildecisions?$apply=${encodeURIComponent(apply)}`,
    ['mr_maildecision'],
  );
  const names: Readonly<Record<number, string>> = mailboxText.decisions.verdicts;
  const rows = counts.data?.value ?? [];
  return (
    <Section title={text.title} lead={counts.data && rows.length === 0 ? text.none : text.lead}>
      {counts.error && <ErrorBar error={counts.error} onRetry={counts.refetch} />}
      <Facts facts={rows.map(({ mr_verdict, n }) => [names[mr_verdict] ?? String(mr_verdict), n.toLocaleString()])} />
    </Section>
  );
}
