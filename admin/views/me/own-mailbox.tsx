import type { Mailbox } from '../../api/mailbox-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { AppLink } from '../../parts/app-link.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FieldGrid, SecretField, SwitchField, TextField } from '../../parts/fields.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { mailboxText } from '../../text/mailbox.ts';
import { mailboxesText } from '../../text/mailboxes.ts';
import { meText as text } from '../../text/me.ts';
import { Consent } from '../mailboxes/consent.tsx';
import { mailboxStateOf, stateTones } from '../mailboxes/mailbox-state.ts';
import { TestResults } from '../mailboxes/test-results.tsx';

/** A user's own mailbox: how it stands, its credentials and consent, its last test (MB-14, TE-11). */
export function OwnMailbox({ mailbox, id }: { readonly mailbox: Mailbox; readonly id: string }) {
  const writes = useWrites();
  const notify = useNotify();
  const draft = useDraft(mailbox);
  const state = mailboxStateOf(mailbox);
  const test = async (): Promise<void> => {
    await writes.act('mailbox', id, 'mr_TestAndEnable');
    notify(text.testBegun);
  };
  return (
    <>
      <Section
        title={text.mailbox}
        actions={<ActionButton label={text.test} onAction={test} isDisabled={state === 'unapproved'} />}
      >
        <Facts
          facts={[
            [text.address, mailbox.emailaddress],
            [
              text.state,
              <StatusBadge key="state" tone={stateTones[state]}>
                {mailboxesText.states[state]}
              </StatusBadge>,
            ],
          ]}
        />
        <div>
          <AppLink to={`/mailboxes/${id}`}>{text.openMailbox}</AppLink>
        </div>
      </Section>
      <Consent mailboxId={id} />
      <Section title={text.credentials} lead={text.credentialsLead}>
        <FieldGrid>
          <SwitchField draft={draft} name="allowemailconnectortousecredentials" label={mailboxText.form.allow} />
          <TextField draft={draft} name="username" label={mailboxText.form.userName} />
          <SecretField
            draft={draft}
            name="password"
            label={mailboxText.form.password}
            isSet={mailbox.ispasswordset === true}
          />
        </FieldGrid>
        <SaveBar
          draft={draft}
          label={state === 'unapproved' ? undefined : text.testAfter}
          onSave={async (changes) => {
            await writes.update('mailbox', id, changes, mailbox['@odata.etag']);
            if (state !== 'unapproved') await test();
          }}
        />
      </Section>
      <TestResults mailbox={mailbox} />
    </>
  );
}
