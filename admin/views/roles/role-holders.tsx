import { AppLink } from '../../parts/app-link.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { rolesText as text } from '../../text/roles.ts';
import { teamsText } from '../../text/teams.ts';
import { usersText } from '../../text/users.ts';
import { UserState } from '../users/user-state.tsx';

/** The users and teams that have a role. */
export function RoleHolders({ id }: { readonly id: string }) {
  return (
    <>
      <Section title={text.holders} lead={text.holdersLead}>
        <RecordList
          label={text.holders}
          table="systemuser"
          prefix="u"
          select={['systemuserid', 'fullname', 'domainname', 'internalemailaddress', 'isdisabled', 'applicationid']}
          where={`systemuserroles_association/any(r:r/roleid eq ${id})`}
          orderBy="fullname"
          nameOf={(row) => row.fullname ?? ''}
          empty={text.noHolders}
          isCounted={false}
          columns={[
            {
              name: usersText.columns.name,
              show: (row) => (
                <AppLink to={`/users/${row.systemuserid}?tab=roles`}>{row.fullname || row.domainname || ''}</AppLink>
              ),
            },
            { name: usersText.columns.address, show: (row) => row.internalemailaddress ?? '', isMinor: true },
            { name: usersText.columns.state, show: (row) => <UserState row={row} />, width: '190px' },
          ]}
        />
      </Section>
      <Section title={text.teams}>
        <RecordList
          label={text.teams}
          table="team"
          prefix="t"
          select={['teamid', 'name', 'description']}
          where={`teamroles_association/any(r:r/roleid eq ${id})`}
          orderBy="name"
          nameOf={(row) => row.name ?? ''}
          empty={text.noTeams}
          isCounted={false}
          columns={[
            {
              name: teamsText.columns.name,
              show: (row) => <AppLink to={`/teams/${row.teamid}`}>{row.name ?? ''}</AppLink>,
            },
            { name: teamsText.columns.description, show: (row) => row.description ?? '' },
          ]}
        />
      </Section>
    </>
  );
}
