/** Words of the appointments, contacts and tasks that are kept in step. */
export const activitiesText = {
  title: 'Appointments, contacts, tasks',
  lead: 'Records that are kept in step with Exchange.',
  tabs: { appointment: 'Appointments', contact: 'Contacts', task: 'Tasks' },
  columns: {
    subject: 'Subject',
    start: 'Begins',
    end: 'Ends',
    due: 'Due',
    state: 'State',
    owner: 'Owner',
    regarding: 'Regarding',
    name: 'Name',
    email: 'Email address',
    company: 'Company',
    changed: 'Changed',
  },
  noSubject: '(no subject)',
} as const;
