import { labelOf } from '../../api/api-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { mailboxText } from '../../text/mailbox.ts';

const text = mailboxText.folders;

/** The folders of a mailbox whose mail is tracked, and the record each regards (UI-12). */
export function FolderList({ mailboxId }: { readonly mailboxId: string }) {
  const writes = useWrites();
  return (
    <Section title={text.list} lead={text.lead}>
      <RecordList
        label={text.list}
        table="mailboxtrackingfolder"
        prefix="f"
        where={`_mailboxid_value eq ${mailboxId}`}
        select={[
          'mailboxtrackingfolderid',
          'exchangefoldername',
          'exchangefolderid',
          '_regardingobjectid_value',
          'mr_state',
        ]}
        nameOf={(row) => row.exchangefoldername ?? ''}
        orderBy="exchangefoldername"
        empty={text.none}
        columns={[
          { name: text.folder, show: (row) => row.exchangefoldername ?? row.exchangefolderid ?? '' },
          { name: text.regarding, show: (row) => labelOf(row, '_regardingobjectid_value') },
          { name: text.state, show: (row) => labelOf(row, 'mr_state'), isMinor: true },
          {
            name: '',
            width: '120px',
            show: (row) => (
              <ConfirmButton
                label={text.remove}
                title={text.removeTitle}
                action={text.remove}
                names={[row.exchangefoldername ?? '']}
                appearance="subtle"
                onConfirm={() => writes.remove('mailboxtrackingfolder', row.mailboxtrackingfolderid ?? '')}
              >
                {text.removeSentence}
              </ConfirmButton>
            ),
          },
        ]}
      />
    </Section>
  );
}
