import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { EmailStatus } from '../../../src/tables/choices.ts';
import type { ApiRow } from '../../api/api-row.ts';
import { useRow, useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { emailsText } from '../../text/emails.ts';
import { ComposeForm } from './compose-form.tsx';
import { draftOfEmail } from './draft-of-email.ts';

const text = emailsText.compose;

/** Opens an email that is a draft: its parties, subject, text and attachments can be changed, and it can be sent or deleted. */
export function ComposeDraft({ id }: { readonly id: string }) {
  const email = useRow('email', id, [
    'activityid',
    'subject',
    'description',
    'statuscode',
    'delayedemailsendtime',
    '_parentactivityid_value',
  ]);
  const parties = useRows({
    table: 'activityparty',
    select: ['activitypartyid', 'participationtypemask', 'addressused', '_partyid_value'],
    filter: `_activityid_value eq ${id}`,
    orderBy: 'activitypartyid',
    top: 1000,
  });
  const problem = email.error ?? parties.error;
  if (problem) return <ErrorBar error={problem} onRetry={() => Promise.all([email.refetch(), parties.refetch()])} />;
  if (!email.data || !parties.data) return <Loading />;
  return <Draft key={id} id={id} email={email.data} parties={parties.data.value} />;
}

function Draft(given: {
  readonly id: string;
  readonly email: ApiRow<'email'>;
  readonly parties: readonly ApiRow<'activityparty'>[];
}) {
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  // What is being written stays as it was opened; a change by somebody else is told when it is saved.
  const [{ id, email, parties }] = useState(given);
  const subject = email.subject || emailsText.noSubject;
  const { remove } = emailsText.actions;
  if (given.email.statuscode !== EmailStatus.draft)
    return (
      <>
        <PageTitle title={subject} />
        <MessageBar intent="info">
          <MessageBarBody>
            {text.noDraft} <AppLink to={`/emails/${id}`}>{text.seeEmail}</AppLink>
          </MessageBarBody>
        </MessageBar>
      </>
    );
  return (
    <>
      <PageTitle title={subject} lead={text.draftLead}>
        <Button onClick={() => router.history.push(`/emails/${id}`)}>{text.seeEmail}</Button>
        <ConfirmButton
          label={text.deleteDraft}
          title={remove.title}
          action={remove.action}
          names={[subject]}
          onConfirm={async () => {
            await writes.remove('email', id);
            notify(remove.done(1));
            router.history.push('/emails?state=draft');
          }}
        >
          {text.deleteSentence}
        </ConfirmButton>
      </PageTitle>
      <Section title={text.draftTitle}>
        <ComposeForm
          start={draftOfEmail(email, parties).draft}
          stored={{ id, etag: email['@odata.etag'], ...draftOfEmail(email, parties) }}
          parentId={undefined}
          accepting={undefined}
        />
      </Section>
    </>
  );
}
