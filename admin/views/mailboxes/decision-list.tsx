import { useState } from 'react';
import { MailVerdict } from '../../../src/tables/choices.ts';
import { containsWords } from '../../api/odata.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { mailboxText } from '../../text/mailbox.ts';

const text = mailboxText.decisions;

const tones: Readonly<Record<number, Tone>> = {
  [MailVerdict.tracked]: 'good',
  [MailVerdict.quarantined]: 'bad',
  [MailVerdict.retry]: 'warning',
};
const verdicts: Readonly<Record<number, string>> = text.verdicts;

const dayMs = 86_400_000;

/** Why each message of a mailbox was or was not taken. */
export function DecisionList({ mailboxId }: { readonly mailboxId: string }) {
  const [now] = useState(Date.now);
  return (
    <Section title={text.list} lead={text.lead}>
      <RecordList
        label={text.list}
        table="mr_maildecision"
        prefix="d"
        where={`_mr_mailboxid_value eq ${mailboxId}`}
        select={[
          'mr_maildecisionid',
          'mr_receivedon',
          'mr_subject',
          'mr_sender',
          'mr_verdict',
          'mr_reason',
          '_mr_emailid_value',
        ]}
        nameOf={(row) => row.mr_subject ?? ''}
        searchBy={(words) => containsWords(words, ['mr_subject', 'mr_sender'])}
        filters={[
          {
            name: 'days',
            label: text.period,
            options: Object.entries(text.periods).map(([days, label]) => ({
              value: days,
              label,
              condition:
                days === '0' ? undefined : `createdon ge ${new Date(now - Number(days) * dayMs).toISOString()}`,
            })),
          },
          {
            name: 'verdict',
            label: text.filter,
            options: [
              { value: 'all', label: text.all, condition: undefined },
              ...Object.entries(verdicts).map(([value, label]) => ({
                value,
                label,
                condition: `mr_verdict eq ${value}`,
              })),
            ],
          },
        ]}
        orderBy="createdon desc"
        isCounted={false}
        empty={text.none}
        columns={[
          {
            name: text.received,
            sort: 'mr_receivedon',
            show: (row) => <When value={row.mr_receivedon} />,
            width: '120px',
            isMinor: true,
          },
          {
            name: text.subject,
            show: (row) =>
              row._mr_emailid_value ? (
                <AppLink to={`/emails/${row._mr_emailid_value}`}>{row.mr_subject ?? ''}</AppLink>
              ) : (
                (row.mr_subject ?? '')
              ),
          },
          { name: text.sender, show: (row) => row.mr_sender ?? '', isMinor: true },
          {
            name: text.verdict,
            width: '140px',
            show: (row) => (
              <StatusBadge tone={tones[row.mr_verdict ?? 0] ?? 'quiet'}>
                {verdicts[row.mr_verdict ?? 0] ?? ''}
              </StatusBadge>
            ),
          },
          { name: text.reason, show: (row) => row.mr_reason ?? '', width: '34%' },
        ]}
      />
    </Section>
  );
}
