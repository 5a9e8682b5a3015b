import type { SelectName } from '../../api/api-row.ts';

/** A setting of the organisation: a column, or a switch in the XML of `orgdborgsettings`. */
export interface SettingDefinition {
  readonly id: `ST-${number}` | 'own';
  readonly kind: 'yes' | 'number' | 'text' | 'long' | 'choice';
  readonly column?: SelectName<'organization'>;
  readonly name?: string;
  /** What holds until somebody says otherwise. */
  readonly usual: string;
  readonly usualValue: boolean | number | string;
  readonly label: string;
  readonly hint: string;
  readonly options?: Readonly<Record<number, string>>;
}

interface More {
  readonly usualValue?: number | string;
  readonly kind?: SettingDefinition['kind'];
  readonly options?: Readonly<Record<number, string>>;
}

const on = 'on';
const off = 'off';

function column(
  id: SettingDefinition['id'],
  name: SelectName<'organization'>,
  usual: string,
  label: string,
  hint: string,
  more: More = {},
): SettingDefinition {
  const kind = more.kind ?? (usual === on || usual === off ? 'yes' : 'number');
  const usualValue = more.usualValue ?? (kind === 'yes' ? usual === on : kind === 'number' ? Number(usual) : '');
  return { id, kind, column: name, usual, usualValue, label, hint, ...(more.options ? { options: more.options } : {}) };
}

function flag(
  id: SettingDefinition['id'],
  name: string,
  usual: string,
  label: string,
  hint: string,
): SettingDefinition {
  const kind = usual === on || usual === off ? 'yes' : 'number';
  return { id, kind, name, usual, usualValue: kind === 'yes' ? usual === on : Number(usual), label, hint };
}

/** The settings in groups, in the order in which they are shown (chapter ST). */
export const settingGroups: readonly {
  readonly title: string;
  readonly lead: string;
  readonly settings: readonly SettingDefinition[];
}[] = [
  {
    title: 'What becomes an email',
    lead: 'Which mail is tracked. Each user and queue chooses further in their filter option.',
    settings: [
      column(
        'ST-19',
        'ignoreinternalemail',
        off,
        'Ignore received copies of internal mail',
        'Mail between two users is tracked once, when it is sent, in place of twice.',
      ),
      flag(
        'ST-39',
        'DoNotIgnoreInternalEmailToQueues',
        on,
        'Track internal mail to queues',
        'Mail from a user to a queue becomes an email although it is internal.',
      ),
      flag(
        'ST-40',
        'IgnoreInternalEmailFromQueues',
        off,
        'Ignore mail from queues',
        'Mail that a queue sent to a user is not tracked on arrival.',
      ),
      flag(
        'ST-32',
        'DoNotAutoTrackEmail',
        on,
        'Offer “No messages” as filter option',
        'Users may choose that nothing is tracked by itself.',
      ),
      flag(
        'own',
        'mr_LockIncomingEmailFilteringMethod',
        off,
        'Users cannot change their filter option',
        'An administrator sets it for them.',
      ),
      flag(
        'ST-37',
        'UseFilteringMethodOfSyncingMailboxOnlyForCorrelation',
        off,
        'Ask only the mailbox’s own filter about answers',
        'Otherwise each recipient’s filter is asked.',
      ),
      flag(
        'ST-38',
        'SSSForceFilteringMethodForUserMailboxes',
        off,
        'A user’s filter decides for mail in their own mailbox',
        'Whoever else it is addressed to.',
      ),
      flag('ST-20', 'RestrictIRMEmailItems', off, 'Leave rights-protected mail alone', 'It is not tracked.'),
      flag(
        'ST-31',
        'AutoTrackSentFolderItems',
        off,
        'Track the sent folder',
        'Mail that was sent past Mailroom becomes an email as well.',
      ),
      flag(
        'ST-33',
        'TrackCategorizedItems',
        on,
        'Track by category',
        'Giving a message the tracking category makes it an email.',
      ),
    ],
  },
  {
    title: 'What belongs together',
    lead: 'How an answer finds the email it answers, and so the record it is about.',
    settings: [
      column('ST-15', 'emailcorrelationenabled', on, 'Link answers', 'By message headers and conversation.'),
      column(
        'ST-16',
        'mr_trackingtokenenabled',
        on,
        'Put a tracking token into subjects',
        'Links answers even where a mail program drops the headers.',
      ),
      column('ST-23', 'trackingprefix', 'CRM:', 'Beginning of the token', 'Tokens with former beginnings still link.', {
        kind: 'text',
        usualValue: 'CRM:',
      }),
      column(
        'ST-23',
        'trackingtokenidbase',
        '0',
        'First user number in the token',
        'Keeps tokens of several organisations apart.',
      ),
      column('ST-23', 'trackingtokeniddigits', '3', 'Digits of the user number', 'Two to four are usual.'),
      column('ST-23', 'mr_trackingcounterdigits', '3', 'Digits of the counter', 'More digits, later reuse.'),
      column(
        'ST-17',
        'enablesmartmatching',
        off,
        'Smart matching',
        'Links by similar subjects and recipients where nothing else is left. It can be wrong.',
      ),
      column('own', 'mr_smartmatchingdays', '90', 'Smart matching looks back, days', 'Older mail is not compared.'),
      flag(
        'ST-34',
        'IgnoreConversationIndexAndInReplyToForCorrelation',
        off,
        'Trust the token only',
        'Headers of the mail are not used to link.',
      ),
      flag(
        'ST-35',
        'DoNotCorrelateForwardedEmailsAsReplies',
        off,
        'A forwarded mail is no answer',
        'It begins a thread of its own.',
      ),
      flag(
        'ST-36',
        'MaximumSubjectLengthOnMailServer',
        '255',
        'Longest subject on the mail server',
        'So that a token at its end is not cut off.',
      ),
    ],
  },
  {
    title: 'People',
    lead: 'Which record an address belongs to.',
    settings: [
      flag(
        'ST-30',
        'AutoCreateContactOnPromote',
        on,
        'Make contacts or leads of unknown senders',
        'Where the user’s own setting asks for it.',
      ),
      column(
        'ST-13',
        'unresolveemailaddressifmultiplematch',
        off,
        'Leave a recipient open if several records match',
        'Otherwise the first of a fixed order is taken.',
      ),
      flag(
        'ST-43',
        'UnresolveSenderInCaseOfMultipleMatch',
        off,
        'Leave a sender open if several records match',
        'Otherwise the first of a fixed order is taken.',
      ),
      column(
        'ST-14',
        'resolvesimilarunresolvedemailaddress',
        on,
        'One decision counts for all mail of an address',
        'Saying whose an address is settles every mail of it.',
      ),
      flag(
        'ST-42',
        'ResolveForInactiveEntities',
        off,
        'Inactive records count too',
        'An address of a deactivated record is resolved to it.',
      ),
    ],
  },
  {
    title: 'Sending',
    lead: 'What goes out, and how often it is tried.',
    settings: [
      column(
        'ST-12',
        'allowunresolvedpartiesonemailsend',
        off,
        'Send to addresses without a record',
        'Otherwise such an email is refused with the address named.',
      ),
      flag(
        'ST-47',
        'SSSSaveOutgoingEmailToExchangeSentFolder',
        on,
        'Keep a copy in the sent folder',
        'Of Exchange and IMAP mailboxes.',
      ),
      flag(
        'ST-48',
        'EnableMailboxDelegationForOutgoingEmail',
        off,
        'Send as delegate',
        'A user may send for another whose mailbox allows it.',
      ),
      column('own', 'mr_sendattempts', '10', 'Tries of one email', 'After the last it fails, with an alert.'),
      column(
        'own',
        'mr_sendretryseconds',
        '300',
        'Time between two tries, seconds',
        'Longer if the server asks for it.',
      ),
      column('own', 'mr_waitingmailwarninghours', '4', 'Warn when mail waits, hours', '0: never.'),
      column(
        'own',
        'mr_answersperhour',
        '100',
        'Most automatic answers to one address in an hour',
        'Ends loops between two machines; 0: without limit.',
      ),
      flag(
        'own',
        'mr_LinkDeliveryReports',
        on,
        'Note delivery reports at the email',
        'The recipient’s row says what the report said.',
      ),
      flag(
        'own',
        'mr_SetFailedOnDeliveryReport',
        off,
        'An email that reached nobody becomes Failed',
        'When its delivery reports say so.',
      ),
    ],
  },
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
    title: 'Appointments, contacts and tasks',
    lead: 'How both sides are kept in step.',
    settings: [
      flag(
        'ST-54',
        'DistinctPhysicalAndLogicalDeletesForExchangeSync',
        on,
        'What leaves a filter is kept on the other side',
        'Switched off, leaving a filter deletes there (the original’s way).',
      ),
      flag(
        'own',
        'mr_ActMostDeletions',
        '25',
        'Ask before more deletions at once than',
        'Together with the percentage; 0 asks about each.',
      ),
      flag('own', 'mr_ActMostDeletionPercent', '30', '... and than this part, %', 'Of all linked items of the kind.'),
      flag(
        'ST-51',
        'TrackAppointmentsFromNonOrganizer',
        on,
        'Track appointments that others organise',
        'In the attendee’s mailbox.',
      ),
      flag(
        'ST-50',
        'SSSPropagateAppointmentCancellationsToExchange',
        off,
        'Cancel in Exchange what is cancelled here',
        'Attendees are told.',
      ),
      column('own', 'isappointmentattachmentsyncenabled', off, 'Attachments of appointments', 'Go both ways.'),
    ],
  },
  {
    title: 'Keeping',
    lead: 'How long traces stay. Emails are never deleted by Mailroom.',
    settings: [
      column('own', 'mr_decisionretentiondays', '30', 'Decisions about mail, days', 'Why a mail was tracked or not.'),
      column('own', 'tracelogmaximumageindays', '30', 'Alerts, days', 'Resolved ones.'),
      column('own', 'isauditenabled', on, 'Audit', 'Who changed which record, from what to what.'),
      column('own', 'auditretentionperiodv2', '365', 'Audit, days', '-1: for ever.'),
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
        'Tell the owner of the mailbox too',
        'Of alerts of its server.',
      ),
    ],
  },
];
