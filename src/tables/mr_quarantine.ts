import { bigInt, bool, choice, dateTime, guid, integer, lookup, memo, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** A message that could not be processed: its raw bytes, the cause, and its way back (PAIN-02). */
export const mr_quarantineTable = {
  logicalName: 'mr_quarantine',
  schemaName: 'mr_Quarantine',
  entitySetName: 'mr_quarantines',
  objectTypeCode: 10102,
  primaryId: 'mr_quarantineid',
  primaryName: 'mr_subject',
  ownership: 'OrganizationOwned',
  columns: {
    mr_quarantineid: guid('mr_QuarantineId', { required: 'SystemRequired', access: 'CR' }),
    mr_mailboxid: lookup('mr_MailboxId', ['mailbox'], { access: 'R' }),
    mr_serverid: text('mr_ServerId', 1024, { access: 'R' }),
    mr_messageid: text('mr_MessageId', 320, { access: 'R' }),
    mr_subject: text('mr_Subject', 800, { access: 'R' }),
    mr_sender: text('mr_Sender', 320, { access: 'R' }),
    mr_sizebytes: integer('mr_SizeBytes', { access: 'R', min: 0 }),
    mr_movedue: bool('mr_MoveDue', { access: '-', internal: true }),
    mr_rawblob: text('mr_RawBlob', 64, { access: '-', internal: true }),
    mr_cause: memo('mr_Cause', 4000, { access: 'R' }),
    mr_causecode: text('mr_CauseCode', 100, { access: 'R' }),
    mr_attempts: integer('mr_Attempts', { access: 'R', min: 0, default: 0 }),
    mr_nextattempton: dateTime('mr_NextAttemptOn', { access: 'R' }),
    mr_status: choice(
      'mr_Status',
      [
        [100000000, 'Retrying'],
        [100000001, 'Held'],
        [100000002, 'Release asked'],
        [100000003, 'Released'],
        [100000004, 'Discarded'],
      ],
      { default: 100000001 },
    ),
    mr_emailid: lookup('mr_EmailId', ['email'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_mailbox_quarantines', 'mailbox', 'mr_mailboxid', 'mr_MailboxId'), toOne('mr_email_quarantines', 'email', 'mr_emailid', 'mr_EmailId')],
  indexes: [{ columns: ['mr_mailboxid', 'mr_serverid'], unique: true }, { columns: ['mr_status', 'mr_nextattempton'] }, { columns: ['createdon'] }],
} as const satisfies TableDefinition;
