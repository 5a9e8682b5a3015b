import type { TableName } from '../tables/catalog.ts';
import type { TableIndex } from '../tables/table-definition.ts';
import type { TableLayout } from './table-layout.ts';

/** Indexes that the engine's own questions need, beside those a table's definition names. */
const storeIndexes: Readonly<Partial<Record<TableName, readonly TableIndex[]>>> = {
  account: [
    { columns: ['emailaddress1'] },
    { columns: ['name'] },
    { columns: ['parentaccountid'], where: 'parentaccountid is not null' },
    { columns: ['primarycontactid'], where: 'primarycontactid is not null' },
  ],
  activitymimeattachment: [{ columns: ['objectid'] }, { columns: ['mr_blob'], where: 'mr_blob is not null' }],
  activityparty: [
    { columns: ['activityid'] },
    // With the activity, so that whose parties somebody is needs no look at the rows.
    { columns: ['partyid', 'activityid'], where: 'partyid is not null' },
    { columns: ['addressused'], where: 'partyid is null' },
  ],
  annotation: [{ columns: ['objectid'] }],
  appointment: [
    { columns: ['scheduledstart'] },
    { columns: ['modifiedon'] },
    { columns: ['ownerid'] },
    { columns: ['regardingobjectid'], where: 'regardingobjectid is not null' },
    // Of all rows, since nothing is learnt of how the values of a partial index are spread.
    { columns: ['globalobjectid'] },
  ],
  contact: [
    { columns: ['emailaddress1'] },
    { columns: ['fullname'] },
    { columns: ['ownerid'] },
    { columns: ['parentcustomerid'], where: 'parentcustomerid is not null' },
  ],
  email: [
    { columns: ['mr_identity', 'directioncode'], unique: true, where: 'mr_identity is not null' },
    { columns: ['baseconversationindexhash'], where: 'baseconversationindexhash is not null' },
    { columns: ['messageid'] },
    { columns: ['trackingtoken'], where: 'trackingtoken is not null' },
    { columns: ['conversationindex'], where: 'conversationindex is not null' },
    { columns: ['sendermailboxid', 'statuscode'], where: 'statuscode in (6, 7, 8)' },
    { columns: ['sendermailboxid', 'deliveryprioritycode', 'prioritycode'], where: 'statuscode = 6' },
    { columns: ['correlatedactivityid'], where: 'correlatedactivityid is not null' },
    { columns: ['sendermailboxid'], where: 'mr_sentcopy = 100000001' },
    { columns: ['parentactivityid'], where: 'parentactivityid is not null' },
    {
      columns: ['sendermailboxid', 'createdon'],
      where: 'parentactivityid is not null and sendermailboxid is not null',
    },
    { columns: ['regardingobjectid'], where: 'regardingobjectid is not null' },
    { columns: ['createdon'] },
    // With the unit, so that who sees the rows of an owner needs no look at them.
    { columns: ['ownerid', 'createdon', 'activityid', 'owningbusinessunit'] },
    { columns: ['statuscode', 'createdon'], where: 'statuscode in (1, 2, 5, 6, 7, 8)' },
    // Rare, and looked for among all that was sent: what reached some of its recipients, and what is uncertain.
    { columns: ['mr_sendoutcome', 'createdon'], where: 'mr_sendoutcome in (100000003, 100000005)' },
  ],
  emailhash: [{ columns: ['hash', 'hashtype'] }, { columns: ['activityid'] }],
  emailsearch: [{ columns: ['emailaddress'] }, { columns: ['parentobjectid'] }],
  exchangesyncidmapping: [{ columns: ['objectid'] }, { columns: ['exchangeentryid'] }, { columns: ['ownerid'] }],
  lead: [{ columns: ['emailaddress1'] }],
  mailbox: [
    { columns: ['regardingobjectid'], unique: true, where: 'regardingobjectid is not null' },
    { columns: ['emailserverprofile'] },
    { columns: ['emailaddress'] },
    { columns: ['name'] },
    { columns: ['isforwardmailbox'], where: 'isforwardmailbox' },
  ],
  mailboxstatistics: [{ columns: ['mailboxid'] }],
  mailboxtrackingfolder: [
    { columns: ['mailboxid'] },
    { columns: ['regardingobjectid'], where: 'regardingobjectid is not null' },
  ],
  queueitem: [
    { columns: ['objectid', 'queueid'], unique: true },
    { columns: ['queueid'] },
    { columns: ['createdon'], where: 'mr_creationstate = 100000000' },
  ],
  recurrencerule: [{ columns: ['objectid'] }],
  recurringappointmentmaster: [{ columns: ['globalobjectid'] }],
  systemuser: [
    { columns: ['fullname'] },
    { columns: ['internalemailaddress'] },
    { columns: ['domainname'] },
    { columns: ['azureactivedirectoryobjectid'], where: 'azureactivedirectoryobjectid is not null' },
    { columns: ['applicationid'], where: 'applicationid is not null' },
  ],
  task: [
    { columns: ['modifiedon'] },
    { columns: ['ownerid'] },
    { columns: ['regardingobjectid'], where: 'regardingobjectid is not null' },
  ],
  tracelog: [
    { columns: ['regardingobjectid', 'createdon'] },
    { columns: ['createdon'] },
    { columns: ['mr_lastoccurredon'] },
  ],
};

/** Tables whose change feed is indexed: those that synchronisation and change tracking read; the rest are small or read whole. */
export const changeFeedTables: ReadonlySet<TableName> = new Set<TableName>([
  'account',
  'appointment',
  'contact',
  'email',
  'fax',
  'lead',
  'letter',
  'phonecall',
  'recurringappointmentmaster',
  'task',
]);

/** The indexes of a table: its definition's and those of the engine's own questions. */
export function indexesOf({ name, definition }: TableLayout): readonly TableIndex[] {
  return [...(definition.indexes ?? []), ...(storeIndexes[name] ?? [])];
}
