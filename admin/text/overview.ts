const count = (n: number, one: string, many: string): string =>
  n === 1 ? `1 ${one}` : `${n.toLocaleString()} ${many}`;

/** Words of the overview. */
export const overviewText = {
  title: 'Overview',
  lead: 'What needs a hand comes first.',
  hand: {
    title: 'Needs a hand',
    nothing: 'Nothing needs a hand: every mailbox that should work does, and no mail is held up.',
    held: 'Everything is held; where and why is told above, and in the settings it is switched',
    noProfile: 'No server profile is set up yet. The first steps lead through it.',
    noWorker: 'Turns are due and no worker takes them. Start the service, or "mailroom worker".',
    failing: (n: number) => `${count(n, 'mailbox', 'mailboxes')} failing: mail does not flow until it is repaired`,
    unapproved: (n: number) => `${count(n, 'mailbox waits', 'mailboxes wait')} for approval of the address`,
    untested: (n: number) => `${count(n, 'mailbox is', 'mailboxes are')} not yet tested and enabled`,
    retrying: (n: number) =>
      `${count(n, 'mailbox has', 'mailboxes have')} passing trouble and is tried again by itself`,
    errors: (n: number) => `${count(n, 'open error', 'open errors')}`,
    warnings: (n: number) => `${count(n, 'open warning', 'open warnings')}`,
    failed: (n: number) => `${count(n, 'email', 'emails')} could not be sent`,
    uncertain: (n: number) => `${count(n, 'email', 'emails')} may or may not have been sent: a person must decide`,
    quarantined: (n: number) => `${count(n, 'message is', 'messages are')} held in quarantine`,
    overdue: (n: number) => `${count(n, 'turn is', 'turns are')} overdue by more than a minute`,
  },
  held: {
    title: 'Everything is held: no mail is fetched or sent, and no webhook is called.',
    byHand: 'An administrator holds it.',
    release: 'Release',
    question: 'Exchange mail from here?',
    consequence:
      'All enabled mailboxes work again within half a minute, and mail that waits is sent. Do this only where this service is the one that should: a test copy would answer customers, and take their mail from the real one.',
    done: 'Released: mail flows again.',
  },
  mail: {
    title: 'Mail',
    range: 'Time shown',
    ranges: { 24: 'Last 24 hours', 168: 'Last 7 days' },
    incoming: 'Received',
    outgoing: 'Sent',
    chart: (name: string, total: number, range: string) =>
      `${name}: ${total.toLocaleString()} emails, ${range.toLowerCase()}, by hour`,
    bar: (start: string, n: number) => `${start}: ${n}`,
    total: (n: number) => count(n, 'email', 'emails'),
    most: (n: number) => `at most ${n.toLocaleString()} an hour`,
  },
  now: {
    title: 'Right now',
    lag: 'Behind by at most',
    lagNone: 'not measured yet',
    backlog: 'Messages not yet taken in',
    waiting: 'Emails waiting to be sent',
    oldest: 'Oldest waits since',
    sending: 'Being sent',
    alerts: 'Open alerts',
    alertCount: (errors: number, warnings: number) =>
      `${count(errors, 'error', 'errors')}, ${count(warnings, 'warning', 'warnings')}`,
    scheduled: 'Scheduled turns',
    overdue: 'Overdue turns',
  },
  mailboxes: { title: 'Mailboxes by state', all: 'All mailboxes', none: 'There is no mailbox yet.' },
  workers: {
    title: 'Workers and their leases',
    lead: 'A worker holds a lease for each mailbox it works on at this moment.',
    idle: 'No mailbox is being worked on at this moment.',
    name: 'Worker',
    turns: 'Running turns',
    until: 'Leases until',
    expired: 'Ran out',
  },
  plain: {
    lead: 'The mailboxes you may see.',
  },
  seconds: (n: number) =>
    n < 60
      ? count(n, 'second', 'seconds')
      : n < 3600
        ? count(Math.round(n / 60), 'minute', 'minutes')
        : count(Math.round(n / 3600), 'hour', 'hours'),
} as const;
