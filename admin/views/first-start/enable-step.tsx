import { MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components';
import { Approval } from '../../../src/tables/choices.ts';
import { type Mailbox, mailboxSelect } from '../../api/mailbox-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Section } from '../../parts/section.tsx';
import { firstStartText } from '../../text/first-start.ts';
import { mailboxStateOf } from '../mailboxes/mailbox-state.ts';
import { TestResults } from '../mailboxes/test-results.tsx';
import { TestConnection } from '../profiles/test-connection.tsx';

const text = firstStartText.enable;

/** The connection first, then approval and test of every mailbox; the steps appear as they are done. */
export function EnableStep({ profileId }: { readonly profileId: string }) {
  const writes = useWrites();
  const notify = useNotify();
  const mailboxes = useRows({
    table: 'mailbox',
    select: mailboxSelect,
    filter: `_emailserverprofile_value eq ${profileId} and statecode eq 0 and emailaddress ne null`,
    orderBy: 'name',
    top: 50,
    isEnabled: profileId !== '',
  });
  if (profileId === '') return <Section title={text.title} lead={firstStartText.mailboxes.needServer} />;
  if (mailboxes.error) return <ErrorBar error={mailboxes.error} onRetry={mailboxes.refetch} />;
  const rows = mailboxes.data?.value ?? [];
  const nameOf = (row: Mailbox): string => row.name ?? '';
  const enable = async (row: Mailbox): Promise<void> => {
    const id = row.mailboxid ?? '';
    if (row.emailrouteraccessapproval !== Approval.approved)
      await writes.update('mailbox', id, { emailrouteraccessapproval: Approval.approved });
    await writes.act('mailbox', id, 'mr_TestAndEnable');
  };
  return (
    <>
      <TestConnection profileId={profileId} />
      <Section
        title={text.title}
        lead={text.lead}
        actions={
          <ConfirmButton
            label={text.all}
            title={text.allTitle}
            action={text.all}
            names={rows.map(nameOf)}
            isDisabled={rows.length === 0}
            appearance="primary"
            onConfirm={async () => {
              await doEach(rows, nameOf, enable);
              notify(text.done);
            }}
          >
            {text.lead}
          </ConfirmButton>
        }
      >
        {rows.length > 0 && rows.every((row) => mailboxStateOf(row) === 'working') && (
          <MessageBar intent="success">
            <MessageBarBody>{text.flows}</MessageBarBody>
          </MessageBar>
        )}
      </Section>
      {rows.map((row) => (
        <section key={row.mailboxid} aria-label={nameOf(row)}>
          <h2>
            <AppLink to={`/mailboxes/${row.mailboxid}`}>{nameOf(row)}</AppLink>
          </h2>
          {row.testemailconfigurationscheduled ? (
            <Spinner label={text.running} labelPosition="after" style={{ justifyContent: 'flex-start' }} />
          ) : (
            <TestResults mailbox={row} />
          )}
        </section>
      ))}
    </>
  );
}
