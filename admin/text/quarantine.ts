const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);

/** Words of the quarantine. */
export const quarantineText = {
  title: 'Quarantine',
  lead: 'Messages that could not be processed. Their bytes are kept; nothing is lost, and the mailbox goes on with the others.',
  list: 'Quarantined messages',
  empty: 'Nothing is held. Every message could be processed.',
  columns: {
    subject: 'Subject',
    sender: 'From',
    cause: 'Why',
    mailbox: 'Mailbox',
    state: 'State',
    since: 'Since',
    attempts: 'Tries',
  },
  filterState: 'State',
  states: {
    open: 'Held or trying again',
    held: 'Held',
    retrying: 'Trying again',
    released: 'Released',
    discarded: 'Discarded',
    all: 'All',
  },
  noSubject: '(no subject)',
  release: {
    label: 'Release',
    title: 'Process the messages again?',
    sentence: 'Each is judged anew at the next turn of its mailbox. A cause that still holds brings it back here.',
    action: 'Release',
    done: (count: number) => `${messages(count)} released`,
  },
  discard: {
    label: 'Discard',
    title: 'Discard the messages?',
    sentence: 'They will not become emails. The messages on the mail server stay as they are.',
    action: 'Discard',
    done: (count: number) => `${messages(count)} discarded`,
  },
  openEmail: 'Open the email',
  cause: 'Cause',
  source: 'Source',
} as const;
