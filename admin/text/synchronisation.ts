/** Words of the page about what is kept in step and which way. */
export const synchronisationText = {
  title: 'Synchronisation',
  lead: 'What of Mailroom goes to Exchange, and which way each field goes. It holds for the whole organisation; users have their own choices under "My mail".',
  tabs: { filters: 'Filters', fields: 'Fields' },
} as const;
