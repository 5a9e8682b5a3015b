/** Words of the frame around every page. */
export const shellText = {
  product: 'Mailroom',
  skip: 'Skip to the content',
  openNavigation: 'Open the navigation',
  closeNavigation: 'Close the navigation',
  navigation: 'Pages',
  signedInAs: (name: string) => `Signed in as ${name}`,
  signOut: 'Sign out',
  theme: 'Light or dark',
  themes: { system: 'As the device', light: 'Light', dark: 'Dark' },
  loading: 'Loading ...',
  notFoundTitle: 'There is no such page',
  notFound: 'The address is wrong, or the page has moved. Choose one from the navigation.',
  brokenTitle: 'This page broke',
  broken: 'Load it anew. If it breaks again, report what stands below.',
  reload: 'Load anew',
  unreachable:
    'The service cannot be reached. Check that Mailroom runs and that you are connected; the page tries again by itself.',
  groups: { start: 'Start', mail: 'Mail', set: 'Set up', people: 'People and access', me: 'Mine' },
} as const;
