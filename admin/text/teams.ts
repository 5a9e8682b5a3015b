const members = (count: number): string => (count === 1 ? '1 member' : `${count} members`);

/** Words of the teams. */
export const teamsText = {
  title: 'Teams',
  lead: 'Users who work together. A team can own records, and its roles are also those of its members.',
  list: 'Teams',
  newTeam: 'New team',
  create: 'Create the team',
  columns: { name: 'Name', kind: 'Kind', description: 'For', unit: 'Business unit', address: 'Email address' },
  fields: {
    name: 'Name',
    description: 'What it is for',
    address: 'Email address',
    unit: 'Business unit',
    kind: 'Kind',
    kindHint: 'Owner teams own records and have roles; access teams are shared with. It cannot change later.',
  },
  kinds: { 0: 'Owner team', 1: 'Access team' },
  tabs: { members: 'Members', roles: 'Roles', about: 'Team', history: 'Changes' },
  members: 'Members',
  membersLead: 'They may do what the roles of the team allow, and see what the team owns.',
  noMembers: 'The team has no members.',
  add: 'Add a member',
  find: 'User to add',
  added: (name: string) => `${name} is a member`,
  remove: {
    label: 'Remove',
    title: 'Remove the members?',
    sentence: 'They lose what the team’s roles allow, at once.',
    action: 'Remove',
    done: (count: number) => `${members(count)} removed`,
  },
  roles: 'Roles of the team',
  rolesLead: 'Every member may do what they allow.',
  access: 'An access team has no roles.',
  removeTeam: {
    label: 'Delete',
    title: 'Delete the team?',
    sentence: 'Its members stay; they lose what its roles allow. A team that owns records cannot be deleted.',
    done: 'The team is deleted',
  },
} as const;
