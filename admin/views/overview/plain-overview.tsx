import { RecordList } from '../../parts/record-list.tsx';
import { mailboxesText } from '../../text/mailboxes.ts';
import { mailboxColumns, mailboxSelect } from '../mailboxes/mailbox-columns.tsx';

/** For users who are no administrators: the mailboxes they may see. */
export function PlainOverview() {
  return (
    <RecordList
      label={mailboxesText.list}
      table="mailbox"
      select={mailboxSelect}
      columns={mailboxColumns}
      nameOf={(row) => row.name ?? ''}
      orderBy="name"
    />
  );
}
