/** Words of the calendar. */
export const calendarText = {
  today: 'Today',
  previous: { month: 'Previous month', week: 'Previous week' },
  next: { month: 'Next month', week: 'Next week' },
  views: { month: 'Month', week: 'Week' },
  view: 'Month or week',
  whose: 'Whose',
  owners: { mine: 'Mine', all: 'Everybody’s' },
  allDay: 'All day',
  task: (title: string) => `Task: ${title}`,
  canceled: (title: string) => `Canceled: ${title}`,
  more: (count: number) => `${count} more`,
  tooMany: 'There is more in this time than can be shown. Choose the week, or your own.',
  nothing: 'Nothing in this time.',
  noSubject: '(no subject)',
} as const;
