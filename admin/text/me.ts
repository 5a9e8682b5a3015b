/** Words of a user's own page. */
export const meText = {
  title: 'My mail',
  lead: 'Your mailbox, and what of your mail, appointments, contacts and tasks becomes records.',
  tabs: {
    mailbox: 'Mailbox',
    tracking: 'What is tracked',
    folders: 'Tracked folders',
    sync: 'Appointments, contacts, tasks',
  },
  mailbox: 'My mailbox',
  noMailbox: 'You have no mailbox. An administrator gives you one by giving your user an email address.',
  openMailbox: 'Open my mailbox',
  filter: 'What is tracked',
  filterLead: 'Which of the mail that comes to you becomes an email here.',
  filterLabel: 'Track',
  filters: {
    0: 'All messages',
    1: 'Answers to tracked emails',
    2: 'Messages from contacts, accounts and leads',
    3: 'Messages from anybody with a record here',
    4: 'No messages by themselves',
  },
  zone: 'Time zone',
  zoneHint: 'Dates on these pages are written in it.',
  credentials: 'My credentials',
  credentialsLead:
    'With these Mailroom signs in to your mailbox. The password is kept encrypted and is never shown again.',
  testAfter: 'Save and test',
  testBegun: 'The test has begun; its steps appear below',
  test: 'Test & enable',
  state: 'State',
  address: 'Address',
} as const;
