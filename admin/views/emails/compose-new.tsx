import { useRow } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { emailsText } from '../../text/emails.ts';
import { ComposeForm } from './compose-form.tsx';

const text = emailsText.compose;

/** Writes an email, or an answer to the email `reply`. */
export function ComposeNew({ reply }: { readonly reply: string }) {
  const isReply = reply !== '';
  const parent = useRow('email', isReply ? reply : undefined, [
    'activityid',
    'subject',
    'sender',
    '_acceptingentityid_value',
  ]);
  if (parent.error) return <ErrorBar error={parent.error} onRetry={parent.refetch} />;
  if (isReply && !parent.data) return <Loading />;
  const subject = parent.data?.subject ?? '';
  const title = isReply ? text.replyTitle : text.title;
  return (
    <>
      <PageTitle title={title} />
      <Section title={title}>
        <ComposeForm
          start={{
            from: '',
            to: parent.data?.sender ?? '',
            cc: '',
            bcc: '',
            named: [],
            subject: !isReply || /^re:/i.test(subject) ? subject : `${emailsText.replyPrefix}${subject}`,
            text: '',
            isHtml: false,
            later: '',
          }}
          parentId={isReply ? reply : undefined}
          accepting={parent.data?._acceptingentityid_value}
        />
      </Section>
    </>
  );
}
