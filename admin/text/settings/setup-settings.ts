import { column, flag, off, on, type SettingGroup } from './setting-definition.ts';

/** What new mailboxes begin with, how often servers are asked, and what people may track by hand (chapter ST). */
export const setupSettings: readonly SettingGroup[] = [
  {
    title: 'New mailboxes',
    lead: 'What the mailbox of a new user or queue begins with. “Apply defaults” gives it to mailboxes that are there.',
    settings: [
      column('ST-02', 'defaultemailserverprofileid', 'none', 'Server profile', 'How its server is reached.', {
        kind: 'profile',
      }),
      column('ST-03', 'mr_defaultincomingdeliverymethod', '2', 'Incoming mail', 'How mail comes in.', {
        kind: 'choice',
        options: { 0: 'None', 2: 'Server-side synchronization', 3: 'Forward mailbox' },
      }),
      column('ST-03', 'mr_defaultoutgoingdeliverymethod', '2', 'Outgoing mail', 'How mail goes out.', {
        kind: 'choice',
        options: { 0: 'None', 2: 'Server-side synchronization' },
      }),
      column(
        'ST-03',
        'mr_defaultactdeliverymethod',
        '2',
        'Appointments, contacts and tasks',
        'Whether they are kept in step with Exchange.',
        { kind: 'choice', options: { 1: 'Server-side synchronization', 2: 'None' } },
      ),
    ],
  },
  {
    title: 'Names',
    lead: 'Full names of users, contacts and leads that are made or renamed from now on.',
    settings: [
      column('own', 'fullnameconventioncode', '5', 'Order of the parts', 'How a full name is put together.', {
        kind: 'choice',
        options: {
          0: 'Tanaka, Mei',
          1: 'Mei Tanaka',
          2: 'Tanaka, Mei L.',
          3: 'Mei L. Tanaka',
          4: 'Tanaka, Mei Ling',
          5: 'Mei Ling Tanaka',
          6: 'Tanaka Mei',
          7: 'TanakaMei',
        },
      }),
    ],
  },
  {
    title: 'How often servers are asked',
    lead: 'The turns by the clock. Mailboxes of IMAP and Exchange are also told at once.',
    settings: [
      column('own', 'mr_mailpollingintervalseconds', '300', 'Look for new mail every so many seconds', 'Per mailbox.'),
      column(
        'own',
        'mr_outgoingpollingintervalseconds',
        '300',
        'Look for mail to send every so many seconds',
        'What a person sends goes at once.',
      ),
    ],
  },
  {
    title: 'Folders and category',
    lead: 'What people track by hand, in their mail program.',
    settings: [
      column(
        'ST-18',
        'isfolderbasedtrackingenabled',
        on,
        'Track by folder',
        'What lies in a tracked folder is tracked.',
      ),
      column('own', 'maxfolderbasedtrackingmappings', '25', 'Most tracked folders of a mailbox', 'Up to 1,000.'),
      flag(
        'own',
        'mr_TrackFoldersOfQueues',
        off,
        'Folders of queues too',
        'Folders of a queue’s mailbox may be tracked as well.',
      ),
      flag(
        'own',
        'mr_ManualRegardingWins',
        off,
        'What a person chose stays',
        'A record that was set by hand is not overwritten by the folder’s.',
      ),
      flag(
        'ST-33',
        'TrackCategorizedItems',
        on,
        'Track by category',
        'Giving a message the category makes it an email.',
      ),
      column(
        'own',
        'mr_trackedcategory',
        'Tracked to Dynamics 365',
        'Name of the category',
        'Set it before mailboxes are enabled; marks that are there keep their name.',
        { kind: 'text', usualValue: '' },
      ),
      column(
        'own',
        'mr_trackedkeyword',
        'none',
        'Keyword of tracked mail (IMAP)',
        'IMAP has keywords in place of categories; mail programs show them as tags. Naming one switches them on: in Thunderbird the tag “Tracked to CRM” is tracked_to_crm.',
        { kind: 'text', usualValue: '' },
      ),
      flag(
        'ST-31',
        'AutoTrackSentFolderItems',
        off,
        'Track the sent folder',
        'Mail that was sent past Mailroom becomes an email as well.',
      ),
    ],
  },
];
