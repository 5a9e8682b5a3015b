const mailboxes = (count: number): string => (count === 1 ? '1 mailbox' : `${count} mailboxes`);

/** Words of what can be done to mailboxes. */
export const mailboxActionsText = {
  approve: {
    label: 'Approve email',
    title: 'Approve the addresses?',
    sentence: 'Mail is read from and sent for an address only once an administrator has approved it.',
    action: 'Approve',
    done: (count: number) => `${mailboxes(count)} approved`,
  },
  reject: {
    label: 'Reject email',
    title: 'Reject the addresses?',
    sentence: 'No mail is read from or sent for a rejected address.',
    action: 'Reject',
    done: (count: number) => `${mailboxes(count)} rejected`,
  },
  test: {
    label: 'Test & enable',
    title: 'Test and enable?',
    sentence:
      'Mailroom signs in to the server, reads the mailbox, and sends a message from it to itself. What succeeds is switched on.',
    action: 'Test & enable',
    done: (count: number) => `The test of ${mailboxes(count)} has begun`,
  },
  defaults: {
    label: 'Apply defaults',
    title: 'Apply the default settings?',
    sentence:
      'The mailboxes get the default server profile and delivery methods of the organisation, then they are tested.',
    action: 'Apply and test',
    done: (count: number) => `${mailboxes(count)} got the default settings`,
  },
  edit: {
    label: 'Edit',
    title: (count: number) => `Edit ${mailboxes(count)}`,
    sentence:
      'What you choose is set for all of them; the rest stays as it is. A mailbox with another profile or method carries no mail until it is tested again.',
    asItIs: 'As it is',
    test: 'Then test and enable',
    action: 'Change',
    done: (count: number) => `${mailboxes(count)} changed`,
    refused: (failed: number, all: number) =>
      failed === all ? `All ${all} were refused` : `${failed} of ${all} were refused; the others are changed`,
  },
  activate: {
    label: 'Activate',
    title: 'Activate the mailboxes?',
    sentence: 'They must be tested and enabled again before mail flows.',
    action: 'Activate',
    done: (count: number) => `${mailboxes(count)} activated`,
  },
  deactivate: {
    label: 'Deactivate',
    title: 'Deactivate the mailboxes?',
    sentence:
      'No mail is read or sent for them any more. Their records stay; emails that wait to be sent keep waiting.',
    action: 'Deactivate',
    done: (count: number) => `${mailboxes(count)} deactivated`,
  },
} as const;
