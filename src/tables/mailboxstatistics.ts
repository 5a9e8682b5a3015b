import { bool, choice, dateTime, guid, integer, lookup, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** MailboxStatistics: type code 9607. */
export const mailboxstatisticsTable = {
  logicalName: 'mailboxstatistics',
  schemaName: 'MailboxStatistics',
  entitySetName: 'mailboxstatistics',
  objectTypeCode: 9607,
  primaryId: 'mailboxstatisticsid',
  primaryName: undefined,
  ownership: 'None',
  columns: {
    asynceventid: guid('AsyncEventId', { access: 'R' }),
    crmitemsbacklog: integer('CrmItemsBacklog', { min: -1, access: 'R' }),
    individualstepdurations: text('IndividualStepDurations', 160, { access: 'R' }),
    itemsfailed: integer('ItemsFailed', { min: -1, access: 'R' }),
    itemsprocessed: integer('ItemsProcessed', { min: -1, access: 'R' }),
    machinename: text('MachineName', 160, { access: 'R' }),
    mailboxid: lookup('MailboxId', ['mailbox'], { required: 'SystemRequired', access: 'R' }),
    mailboxprocesscompletedon: dateTime('MailboxProcessCompletedOn', { access: 'R' }),
    mailboxprocessscheduledon: dateTime('MailboxProcessScheduledOn', { access: 'R' }),
    mailboxprocessstartedon: dateTime('MailboxProcessStartedOn', { access: 'R' }),
    mailboxstatisticsid: guid('MailboxStatisticsId', { required: 'SystemRequired', access: 'R' }),
    operationtypeid: choice(
      'OperationTypeId',
      [
        [0, 'Incoming Email'],
        [1, 'Outgoing Email'],
        [2, 'ACT'],
      ],
      { access: 'R' },
    ),
    organizationid: lookup('OrganizationId', ['organization'], { required: 'SystemRequired', access: 'R' }),
    processresult: bool('ProcessResult', { labels: ['Failure', 'Success'], access: 'R' }),
    processtimeintervalinminutes: integer('ProcessTimeIntervalInMinutes', { min: -1, access: 'R' }),
    scheduledtimeintervalinminutes: integer('ScheduledTimeIntervalInMinutes', { min: -1, access: 'R' }),
  },
  relationships: [toOne('mailbox_mailboxstatistics', 'mailbox', 'mailboxid', 'mailboxid'), toOne('organization_mailboxstatistics', 'organization', 'organizationid', 'organizationid')],
} as const satisfies TableDefinition;
