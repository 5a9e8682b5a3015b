/** Names of the pages in the navigation. */
export const navigationText = {
  overview: 'Overview',
  firstStart: 'First steps',
  alerts: 'Alerts',
  emails: 'Emails',
  quarantine: 'Quarantine',
  queues: 'Queues',
  activities: 'Calendar and contacts',
  settings: 'Settings',
  me: 'My mail',
  mailboxes: 'Mailboxes',
  profiles: 'Server profiles',
} as const;
