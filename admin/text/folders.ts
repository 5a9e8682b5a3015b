const messages = (count: number): string => (count === 1 ? '1 message' : `${count.toLocaleString()} messages`);

/** Words of the folders whose mail is tracked. */
export const foldersText = {
  list: 'Tracked folders',
  lead: 'Mail that is put into a tracked folder becomes an email record, whatever the filters say. The record of the rule is what the email regards.',
  none: 'No folder is tracked.',
  columns: { folder: 'Folder', regarding: 'Regarding', state: 'State' },
  subfolders: 'and the folders below it',
  progress: (done: number, total: number) => `${done.toLocaleString()} of ${messages(total)} looked at`,
  tracked: messages,
  regards: { account: 'Accounts', contact: 'Contacts' },
  add: {
    label: 'Track a folder',
    title: 'Track a folder',
    lead: 'The folders that can be tracked, as they are on the server now.',
    tree: 'Folders',
    reading: 'Reading the folders from the server ...',
    empty:
      'There is no folder that can be tracked. Make one below the inbox in your mail program, then open this again.',
    isTracked: 'tracked',
    items: messages,
    tooLong:
      'The name of this folder on the server is too long to be tracked. Move it further up, or shorten its name.',
    chosen: (path: string) => `Folder: ${path}`,
    choose: 'Choose a folder.',
    action: 'Track',
    done: (name: string) => `${name} is tracked from the next turn on`,
  },
  regarding: 'Regarding',
  regardingHint:
    'The account or contact that mail in the folder is about. Leave it empty to keep what each email is about.',
  includeSubfolders: 'Track the folders below it as well',
  change: {
    label: 'Change',
    title: (name: string) => `Change the rule of ${name}`,
    lead: 'All mail that lies in the folder is about the new record from the next turn on. Without a record, emails keep what they are about.',
    action: 'Save',
    done: (name: string) => `The rule of ${name} is changed`,
  },
  remove: {
    label: 'Remove',
    title: 'Stop tracking the folder?',
    sentence: 'Mail in the folder stays where it is; emails that are records already stay records.',
  },
} as const;
