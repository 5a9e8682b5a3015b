import { Button, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useParams, useRouter } from '@tanstack/react-router';
import { EmailNotification, EmailStatus } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loading } from '../../parts/loading.tsx';
import { MessageSource } from '../../parts/message-source.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { FullDate } from '../../parts/when.tsx';
import { emailsText as text } from '../../text/emails.ts';
import { AttachmentList } from './attachment-list.tsx';
import { Conversation } from './conversation.tsx';
import { EmailActions } from './email-actions.tsx';
import { emailColumns } from './email-columns.ts';
import { emailTone } from './email-state.ts';
import { MailBody } from './mail-body.tsx';
import { PartyList } from './party-list.tsx';
import { Story } from './story.tsx';

type Email = ApiRow<'email'>;

/** One email within its conversation: text, people, attachments, why it was linked, and what became of it. */
export function EmailPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const row = useRow('email', id, emailColumns);
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (!row.data) return <Loading />;
  const email = row.data;
  return (
    <>
      <PageTitle title={email.subject || text.noSubject} lead={<Head email={email} />}>
        <Actions email={email} />
      </PageTitle>
      <Trouble email={email} />
      <Section title={text.body}>
        <MailBody id={id} />
        {email.notifications === EmailNotification.bodyTruncated && <span>{text.truncated}</span>}
        {email.notifications === EmailNotification.attachmentsDropped && <span>{text.attachmentsDropped}</span>}
        {(email.attachmentcount ?? 0) > 0 && <AttachmentList emailId={id} />}
      </Section>
      <Conversation email={email} />
      <Section title={text.parties}>
        <PartyList activityId={id} hasDelivery />
      </Section>
      <Section title={text.details}>
        <Facts facts={factsOf(email)} />
      </Section>
      <Story id={id} />
      <Section title={text.source} lead={text.sourceLead}>
        <MessageSource table="email" id={id} />
      </Section>
    </>
  );
}

function Head({ email }: { readonly email: Email }) {
  return (
    <>
      <StatusBadge tone={emailTone(email)}>{labelOf(email, 'statuscode')}</StatusBadge> {email.sender ?? ''}
      {' → '}
      {(email.torecipients ?? '').replaceAll(';', ', ')}
    </>
  );
}

function Actions({ email }: { readonly email: Email }) {
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  const id = email.activityid ?? '';
  const words = text.actions.send;
  return (
    <>
      {email.statuscode === EmailStatus.received && (
        <Button appearance="primary" onClick={() => router.history.push(`/emails/new?reply=${id}`)}>
          {text.reply}
        </Button>
      )}
      {email.statuscode === EmailStatus.draft && (
        <Button appearance="primary" onClick={() => router.history.push(`/emails/new?draft=${id}`)}>
          {text.compose.edit}
        </Button>
      )}
      {email.statuscode === EmailStatus.draft && (
        <ConfirmButton
          label={words.label}
          title={words.title}
          action={words.action}
          names={[email.subject || text.noSubject]}
          onConfirm={async () => {
            await writes.act('email', id, 'SendEmail', { IssueSend: true });
            notify(words.done());
          }}
        >
          {words.sentence}
        </ConfirmButton>
      )}
      <EmailActions rows={[email]} onGone={() => router.history.push('/emails')} />
    </>
  );
}

/** What keeps an email from leaving, in plain words, with the server's own. */
function Trouble({ email }: { readonly email: Email }) {
  const reason = email.mr_lasterror || email.mr_waitingreason;
  if (!reason) return null;
  const isBad = email.statuscode === EmailStatus.failed;
  return (
    <MessageBar intent={isBad ? 'error' : 'warning'} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{text.problem}</MessageBarTitle>
        {reason}
        {email.mr_serverreply && (
          <div>
            {text.serverSaid}: <code>{email.mr_serverreply}</code>
          </div>
        )}
        {email.mr_nextattempton && (
          <div>
            {text.detail.nextAttempt}: <FullDate value={email.mr_nextattempton} />
          </div>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}

function factsOf(email: Email): readonly (readonly [string, React.ReactNode])[] {
  const mailbox = email._receivingmailboxid_value ?? email._sendermailboxid_value;
  const mailboxColumn = email._receivingmailboxid_value ? '_receivingmailboxid_value' : '_sendermailboxid_value';
  const facts: (readonly [string, React.ReactNode])[] = [
    [text.detail.received, email.actualend && <FullDate value={email.actualend} />],
    [text.detail.sent, email.senton && <FullDate value={email.senton} />],
    [text.detail.owner, labelOf(email, '_ownerid_value')],
    [text.detail.regarding, labelOf(email, '_regardingobjectid_value')],
    [
      text.detail.mailbox,
      mailbox && <AppLink to={`/mailboxes/${mailbox}`}>{labelOf(email, mailboxColumn) || mailbox}</AppLink>,
    ],
    [text.detail.priority, labelOf(email, 'prioritycode')],
    [text.detail.outcome, labelOf(email, 'mr_sendoutcome')],
    [text.detail.attempts, email.deliveryattempts ? String(email.deliveryattempts) : ''],
    [text.detail.token, email.trackingtoken],
    [text.detail.messageId, email.messageid],
  ];
  return facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
}
