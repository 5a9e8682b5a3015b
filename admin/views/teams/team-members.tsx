import { makeStyles } from '@fluentui/react-components';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { RecordPicker } from '../../parts/record-picker.tsx';
import { Section } from '../../parts/section.tsx';
import { useAction } from '../../parts/use-action.ts';
import { teamsText as text } from '../../text/teams.ts';
import { usersText } from '../../text/users.ts';
import { UserState } from '../users/user-state.tsx';

const useStyles = makeStyles({ find: { maxWidth: '520px' } });

const member = (systemuserid: string) => ({ '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', systemuserid });

/** The members of a team: found and added, selected and removed. */
export function TeamMembers({ id }: { readonly id: string }) {
  const styles = useStyles();
  const writes = useWrites();
  const notify = useNotify();
  const { run, problem } = useAction();
  const change = (action: string, ids: readonly string[]) =>
    writes.call(`teams(${id})/Microsoft.Dynamics.CRM.${action}`, { Members: ids.map(member) }, ['team', 'systemuser']);
  const { remove } = text;
  return (
    <Section title={text.members} lead={text.membersLead}>
      {problem && <ErrorBar error={problem} />}
      <div className={styles.find}>
        <RecordPicker
          table="systemuser"
          nameColumn="fullname"
          hintColumn="domainname"
          filter="isdisabled eq false"
          label={text.find}
          action={text.add}
          onChoose={(userId, name) =>
            void run(() => change('AddMembersTeam', [userId])).then((isDone) => {
              if (isDone) notify(text.added(name));
            })
          }
        />
      </div>
      <RecordList
        label={text.members}
        table="systemuser"
        prefix="m"
        select={['systemuserid', 'fullname', 'domainname', 'internalemailaddress', 'isdisabled', 'applicationid']}
        where={`teammembership_association/any(t:t/teamid eq ${id})`}
        orderBy="fullname"
        nameOf={(row) => row.fullname ?? ''}
        empty={text.noMembers}
        columns={[
          {
            name: usersText.columns.name,
            show: (row) => <AppLink to={`/users/${row.systemuserid}`}>{row.fullname || row.domainname || ''}</AppLink>,
          },
          { name: usersText.columns.address, show: (row) => row.internalemailaddress ?? '', isMinor: true },
          { name: usersText.columns.state, show: (row) => <UserState row={row} />, width: '190px' },
        ]}
        bulk={(rows, clear) => (
          <ConfirmButton
            label={remove.label}
            title={remove.title}
            action={remove.action}
            names={rows.map((row) => row.fullname ?? '')}
            onConfirm={async () => {
              await change(
                'RemoveMembersTeam',
                rows.map((row) => row.systemuserid ?? ''),
              );
              notify(remove.done(rows.length));
              clear();
            }}
          >
            {remove.sentence}
          </ConfirmButton>
        )}
      />
    </Section>
  );
}
