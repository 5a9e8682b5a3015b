import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useRow } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { RoleChoice } from '../../parts/role-choice.tsx';
import { Section } from '../../parts/section.tsx';
import { usersText as text } from '../../text/users.ts';

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } });

interface RoleName {
  readonly roleid: string;
  readonly name: string;
}

interface Held {
  readonly systemuserroles_association?: readonly RoleName[];
  readonly teammembership_association?: readonly {
    readonly teamid: string;
    readonly name: string;
    readonly teamroles_association?: readonly RoleName[];
  }[];
}

const expand =
  'systemuserroles_association($select=roleid,name),teammembership_association($select=teamid,name;$expand=teamroles_association($select=roleid,name))';

/** The roles of a user, their own and those by teams. */
export function UserRoles({ id }: { readonly id: string }) {
  const styles = useStyles();
  const row = useRow('systemuser', id, ['systemuserid'], expand);
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  const { systemuserroles_association: own = [], teammembership_association: teams = [] } = row.data as Held;
  return (
    <>
      <Section title={text.roles} lead={text.rolesLead}>
        <RoleChoice
          table="systemuser"
          id={id}
          collection="systemuserroles_association"
          held={new Set(own.map((role) => role.roleid))}
        />
      </Section>
      <Section title={text.teams}>
        {teams.length === 0 && <Text className={styles.quiet}>{text.noTeams}</Text>}
        {teams.map((team) => (
          <Text key={team.teamid}>
            <AppLink to={`/teams/${team.teamid}`}>{team.name}</AppLink>{' '}
            {(team.teamroles_association ?? []).length > 0 && (
              <span className={styles.quiet}>
                {text.teamRoles}: {(team.teamroles_association ?? []).map((role) => role.name).join(', ')}
              </span>
            )}
          </Text>
        ))}
      </Section>
    </>
  );
}
