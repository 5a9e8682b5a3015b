import { bigInt, bool, choice, dateTime, guid, integer, lookup, memo, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** Why a message was or was not taken: one row a message and mailbox (MO-08). */
export const mr_maildecisionTable = {
  logicalName: 'mr_maildecision',
  schemaName: 'mr_MailDecision',
  entitySetName: 'mr_maildecisions',
  objectTypeCode: 10101,
  primaryId: 'mr_maildecisionid',
  primaryName: 'mr_subject',
  ownership: 'OrganizationOwned',
  columns: {
    mr_maildecisionid: guid('mr_MailDecisionId', { required: 'SystemRequired', access: 'CR' }),
    mr_mailboxid: lookup('mr_MailboxId', ['mailbox'], { access: 'R' }),
    mr_serverid: text('mr_ServerId', 1024, { access: 'R' }),
    mr_messageid: text('mr_MessageId', 320, { access: 'R' }),
    mr_identity: text('mr_Identity', 400, { access: '-', internal: true }),
    mr_subject: text('mr_Subject', 800, { access: 'R' }),
    mr_sender: text('mr_Sender', 320, { access: 'R' }),
    mr_receivedon: dateTime('mr_ReceivedOn', { access: 'R' }),
    mr_sizebytes: integer('mr_SizeBytes', { access: 'R', min: 0 }),
    mr_verdict: choice(
      'mr_Verdict',
      [
        [100000000, 'Tracked'],
        [100000001, 'Not tracked'],
        [100000002, 'Already tracked'],
        [100000003, 'Quarantined'],
        [100000004, 'Will be tried again'],
      ],
      { access: 'R' },
    ),
    mr_reasoncode: text('mr_ReasonCode', 100, { access: 'R' }),
    mr_reason: memo('mr_Reason', 4000, { access: 'R' }),
    mr_acceptingentityid: lookup('mr_AcceptingEntityId', ['queue', 'systemuser'], { access: 'R' }),
    mr_emailid: lookup('mr_EmailId', ['email'], { access: 'R' }),
    mr_correlationmethod: integer('mr_CorrelationMethod', { access: 'R' }),
    mr_evidence: memo('mr_Evidence', 32768, { access: 'R' }),
    mr_isautomatic: bool('mr_IsAutomatic', { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [
    toOne('mr_mailbox_maildecisions', 'mailbox', 'mr_mailboxid', 'mr_MailboxId'),
    toOne('mr_email_maildecisions', 'email', 'mr_emailid', 'mr_EmailId'),
    toOne('mr_queue_maildecisions', 'queue', 'mr_acceptingentityid', 'mr_AcceptingEntityId_queue'),
    toOne('mr_systemuser_maildecisions', 'systemuser', 'mr_acceptingentityid', 'mr_AcceptingEntityId_systemuser'),
  ],
  indexes: [{ columns: ['mr_mailboxid', 'mr_identity'], unique: true, where: 'mr_identity is not null' }, { columns: ['mr_messageid'] }, { columns: ['mr_mailboxid', 'createdon'] }, { columns: ['createdon'] }, { columns: ['mr_emailid'], where: 'mr_emailid is not null' }],
} as const satisfies TableDefinition;
