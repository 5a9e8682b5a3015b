import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useParams } from '@tanstack/react-router';
import { labelOf } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loading } from '../../parts/loading.tsx';
import { MessageSource } from '../../parts/message-source.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { sizeText } from '../../parts/size-text.ts';
import { FullDate } from '../../parts/when.tsx';
import { quarantineText as text } from '../../text/quarantine.ts';
import { QuarantineActions } from './quarantine-page.tsx';

/** One quarantined message: the cause, the bytes, and the way out. */
export function HeldMessagePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const row = useRow('mr_quarantine', id, [
    'mr_quarantineid',
    'mr_subject',
    'mr_sender',
    'mr_messageid',
    'mr_cause',
    'mr_causecode',
    'mr_status',
    'mr_attempts',
    'mr_sizebytes',
    'mr_nextattempton',
    '_mr_mailboxid_value',
    '_mr_emailid_value',
    'createdon',
  ]);
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (!row.data) return <Loading />;
  const held = row.data;
  return (
    <>
      <PageTitle title={held.mr_subject || text.noSubject} lead={held.mr_sender}>
        <QuarantineActions rows={[held]} />
      </PageTitle>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{text.cause}</MessageBarTitle>
          {held.mr_cause} <small>{held.mr_causecode}</small>
        </MessageBarBody>
      </MessageBar>
      <Section title={text.columns.state}>
        <Facts
          facts={[
            [text.columns.state, labelOf(held, 'mr_status')],
            [
              text.columns.mailbox,
              <AppLink key="mailbox" to={`/mailboxes/${held._mr_mailboxid_value}`}>
                {labelOf(held, '_mr_mailboxid_value')}
              </AppLink>,
            ],
            [text.columns.since, <FullDate key="since" value={held.createdon} />],
            [text.columns.attempts, held.mr_attempts ?? 0],
            ['Message-ID', held.mr_messageid],
            [text.source, sizeText(held.mr_sizebytes ?? 0)],
          ]}
        />
        {held._mr_emailid_value && <AppLink to={`/emails/${held._mr_emailid_value}`}>{text.openEmail}</AppLink>}
      </Section>
      <Section title={text.source}>
        <MessageSource table="mr_quarantine" id={id} />
      </Section>
    </>
  );
}
