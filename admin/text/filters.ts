const records = (count: number): string => (count === 1 ? '1 record' : `${count.toLocaleString()} records`);

/** Words of the filters that decide what goes to Exchange. */
export const filtersText = {
  titles: { own: 'My filters', everybody: 'Filters for everybody', templates: 'Filters for new users' },
  leads: {
    own: 'What of Mailroom goes to your Exchange mailbox: a record goes when at least one active filter of its kind lets it through.',
    everybody: 'They hold for every user beside the users’ own. Users cannot change them.',
    templates:
      'Copies of these are given to each new user, who may change their copies. Users who are there keep what they have.',
  },
  none: {
    own: 'No filter: nothing goes to your mailbox. What you track in Exchange comes here all the same.',
    everybody: 'No filter holds for everybody.',
    templates: 'New users get no filter.',
  },
  columns: { name: 'Name', table: 'Records', state: 'State', changed: 'Changed' },
  active: 'Active',
  inactive: 'Inactive',
  isDefault: 'Given to new users',
  notGiven: 'Not given',
  add: 'Add a filter',
  edit: 'Edit',
  title: { new: 'Add a filter', known: (name: string) => `Edit ${name}` },
  name: 'Name',
  table: 'Records',
  start: 'Begin with',
  starts: { none: '', active: 'All active records', mine: 'My active records' },
  fetchXml: 'Conditions',
  fetchXmlHint: 'FetchXML. Simple conditions on columns of the record are the fastest; eq-userid stands for the user.',
  givenToNew: 'Give it to new users',
  mailbox: 'Count for the mailbox',
  mailboxHint: 'A filter for everybody differs from user to user. Choose whose records are counted.',
  count: 'Count what changes',
  countFirst: 'Count what this changes before you save it.',
  save: 'Save',
  saved: (name: string) => `${name} is saved`,
  activate: { label: 'Activate', title: 'Activate the filter?', sentence: 'It counts from the next turn on.' },
  deactivate: {
    label: 'Deactivate',
    title: 'Deactivate the filter?',
    sentence: 'It lets nothing through from the next turn on.',
  },
  remove: { label: 'Delete', title: 'Delete the filter?', sentence: 'It lets nothing through from the next turn on.' },
  reset: {
    label: 'Back to the defaults',
    title: 'Replace your filters by the default ones?',
    sentence: 'All your filters are deleted, and you get copies of those for new users.',
    done: 'You have the default filters again',
  },
  preview: {
    counting: 'Counting ...',
    matching: (count: number) => `${records(count)} would be let through.`,
    added: (count: number) => `${records(count)} would be made in Exchange:`,
    left: (count: number) => `${records(count)} would no longer be kept in step:`,
    deleted: (count: number) =>
      `Of these, ${count.toLocaleString()} would be deleted in Exchange, because the organisation is set up so.`,
    kept: 'Nothing is deleted; only the links are cut.',
    nothing: 'Nothing would change.',
    more: (count: number) => `and ${count.toLocaleString()} more`,
  },
} as const;
