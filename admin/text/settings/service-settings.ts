import { column, flag, off, on, type SettingGroup } from './setting-definition.ts';

/** Queues, approval, attachments, security, sharing, retention and alerts (chapter ST). */
export const serviceSettings: readonly SettingGroup[] = [
  {
    title: 'Queues',
    lead: 'Which queue items an incoming email makes.',
    settings: [
      flag(
        'ST-44',
        'CreateQueueItemForSynchronizingMailbox',
        on,
        'In the queue whose mailbox took it',
        'Also when the queue is not named as a recipient.',
      ),
      flag(
        'ST-45',
        'CreateQueueItemsForAcceptingQueueRecipients',
        on,
        'In every queue it is addressed to',
        'If the queue takes it.',
      ),
      flag(
        'ST-46',
        'SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail',
        off,
        'In queues that meet it later',
        'The same mail found in a further queue’s mailbox.',
      ),
      flag('own', 'mr_RouteToOwnersQueue', off, 'In the default queue of its owner', 'In addition.'),
    ],
  },
  {
    title: 'Approval',
    lead: 'Mail flows for an address only after an administrator has approved it.',
    settings: [
      column('ST-04', 'requireapprovalforuseremail', on, 'For users', 'A changed address needs approval again.'),
      column('ST-05', 'requireapprovalforqueueemail', on, 'For queues', 'A changed address needs approval again.'),
    ],
  },
  {
    title: 'Attachments',
    lead: 'What is left out is noted at the email.',
    settings: [
      column('ST-21', 'mr_maximumattachmentsizekb', '5120', 'Largest attachment, kB', 'Up to 131,072.'),
      column(
        'ST-22',
        'blockedattachments',
        'programs and scripts',
        'Blocked endings',
        'Separated by semicolons, without dots.',
        { kind: 'long' },
      ),
      column(
        'own',
        'blockedmimetypes',
        'none',
        'Blocked media types',
        'Such as application/x-msdownload; separated by semicolons.',
        { kind: 'long' },
      ),
      column(
        'own',
        'allowedmimetypes',
        'any',
        'Allowed media types',
        'When any is named, all others are blocked; separated by semicolons.',
        { kind: 'long' },
      ),
    ],
  },
  {
    title: 'Sharing',
    lead: 'Who sees an activity beside its owner.',
    settings: [
      flag(
        'ST-60',
        'DisableImplicitSharingOfCommunicationActivities',
        off,
        'Do not share activities with their participants',
        'Users among the people of an activity no longer see it by that alone.',
      ),
    ],
  },
  {
    title: 'Security',
    lead: 'Connections without TLS are refused unless both are switched on; look for another way first.',
    settings: [
      column(
        'ST-80',
        'mr_allownonsslemail',
        off,
        'Allow servers without TLS',
        'Mail travels readable for all on the way.',
      ),
      column(
        'ST-80',
        'mr_allowbasicauthenticationonnonsecurechannel',
        off,
        'Allow passwords without TLS',
        'Passwords travel readable for all on the way.',
      ),
    ],
  },
  {
    title: 'Hold',
    lead: 'For test copies, and while servers are moved.',
    settings: [
      column(
        'own',
        'mr_held',
        off,
        'Hold everything',
        'No mail is fetched or sent, nothing synchronised and no webhook called until this is switched off; enabled mailboxes stay enabled. A database that was copied or moved comes up held.',
      ),
    ],
  },
  {
    title: 'Keeping',
    lead: 'How long traces stay. Emails are never deleted by Mailroom.',
    settings: [
      column('own', 'mr_decisionretentiondays', '30', 'Decisions about mail, days', 'Why a mail was tracked or not.'),
      column('own', 'tracelogmaximumageindays', '30', 'Alerts, days', 'Resolved ones; 0: for ever.'),
      column('own', 'isauditenabled', on, 'Audit', 'Who changed which record, from what to what.'),
      column('own', 'auditretentionperiodv2', '365', 'Audit, days', '-1: for ever.', { original: '30' }),
      column(
        'own',
        'isuseraccessauditenabled',
        on,
        'Audit of who came in',
        'The first access of a user within some hours.',
      ),
      column('own', 'useraccessauditinginterval', '4', 'Hours between two accesses in the audit', 'Up to 24.'),
    ],
  },
  {
    title: 'Alerts',
    lead: 'What is written down, and who is told.',
    settings: [
      column('ST-08', 'generatealertsforerrors', on, 'Errors', 'What stops a flow.'),
      column('ST-09', 'generatealertsforwarnings', on, 'Warnings', 'What is tried again.'),
      column('ST-10', 'generatealertsforinformation', on, 'Information', 'What was switched on or done.'),
      column(
        'ST-11',
        'notifymailboxownerofemailserverlevelalerts',
        off,
        'Mail the owner of a mailbox',
        'An error of a mailbox is mailed to its owner through another mailbox, once, at most one mail an hour.',
      ),
    ],
  },
];
