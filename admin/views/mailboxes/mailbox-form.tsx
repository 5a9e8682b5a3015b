import { lookupTable } from '../../api/api-row.ts';
import type { Mailbox } from '../../api/mailbox-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import {
  ChoiceField,
  DateTimeField,
  FieldGrid,
  NumberField,
  SecretField,
  SwitchField,
  TextField,
} from '../../parts/fields.tsx';
import { LookupField } from '../../parts/lookup-field.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { mailboxText } from '../../text/mailbox.ts';

const text = mailboxText.form;

/** UI-07: the form of a mailbox; its password can be written and never read. */
export function MailboxForm({ mailbox, id }: { readonly mailbox: Mailbox; readonly id: string }) {
  const writes = useWrites();
  const draft = useDraft(mailbox);
  const kind = mailbox.isforwardmailbox ? 'forward' : lookupTable(mailbox, '_regardingobjectid_value');
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    await writes.update('mailbox', id, changes, mailbox['@odata.etag']);
  };
  return (
    <>
      <Section title={text.general}>
        <FieldGrid>
          <TextField draft={draft} name="name" label={text.name} isRequired />
          <TextField
            draft={draft}
            name="emailaddress"
            label={text.address}
            locked={kind === 'forward' ? undefined : text.addressLocked}
          />
          <DateTimeField draft={draft} name="processemailreceivedafter" label={text.start} hint={text.startHint} />
          <SwitchField
            draft={draft}
            name="processanddeleteemails"
            label={text.deleteAfter}
            hint={text.deleteHint}
            locked={kind === 'systemuser' ? text.deleteLocked : undefined}
          />
          <TextField
            draft={draft}
            name="mr_moveprocessedto"
            label={text.moveTo}
            hint={text.moveToHint}
            locked={kind === 'systemuser' ? text.deleteLocked : undefined}
          />
          <TextField draft={draft} name="mr_inboxfolder" label={text.inbox} hint={text.inboxHint} />
          <TextField
            draft={draft}
            name="mr_alternateaddresses"
            label={text.alternates}
            hint={text.alternatesHint}
            isLong
          />
          <NumberField
            draft={draft}
            name="verboseloggingenabled"
            label={text.verbose}
            hint={text.verboseHint}
            min={0}
            max={100}
          />
        </FieldGrid>
      </Section>
      <Section title={text.methods}>
        <FieldGrid>
          <LookupField
            draft={draft}
            column="emailserverprofile"
            navigation="emailserverprofile"
            table="emailserverprofile"
            nameColumn="name"
            filter="statecode eq 0"
            label={text.profile}
          />
          <ChoiceField
            draft={draft}
            name="incomingemaildeliverymethod"
            label={text.incoming}
            options={text.incomingMethods}
          />
          <ChoiceField
            draft={draft}
            name="outgoingemaildeliverymethod"
            label={text.outgoing}
            options={text.outgoingMethods}
          />
          <ChoiceField
            draft={draft}
            name="actdeliverymethod"
            label={text.act}
            options={text.actMethods}
            hint={text.actHint}
          />
          <SwitchField draft={draft} name="mr_acttakesover" label={text.takesOver} hint={text.takesOverHint} />
        </FieldGrid>
      </Section>
      <Section title={text.credentials}>
        <FieldGrid>
          <SwitchField draft={draft} name="allowemailconnectortousecredentials" label={text.allow} />
          <TextField draft={draft} name="username" label={text.userName} />
          <SecretField draft={draft} name="password" label={text.password} isSet={mailbox.ispasswordset === true} />
        </FieldGrid>
      </Section>
      <SaveBar draft={draft} onSave={save} />
    </>
  );
}
