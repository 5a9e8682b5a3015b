/** Words of the organisation's settings; those of each setting stand with its definition. */
export const settingsText = {
  title: 'Settings',
  lead: 'They hold for the whole organisation. What differs from the usual is marked.',
  usual: (value: string) => `Usual: ${value}.`,
  original: (value: string) => `The original begins with: ${value}.`,
  groups: 'Groups of settings',
  example: 'A subject then ends like this:',
  exampleSubject: 'Your order',
  changed: 'Changed',
  search: 'Find a setting',
  nothing: 'No setting fits.',
  name: 'Name of the organisation',
} as const;
