import { Tab, TabList, Text } from '@fluentui/react-components';
import { useParams, useRouter } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { ChoiceField, FieldGrid, TextField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { LookupField } from '../../parts/lookup-field.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { RoleChoice } from '../../parts/role-choice.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { teamsText as text } from '../../text/teams.ts';

const TeamMembers = lazy(async () => ({ default: (await import('./team-members.tsx')).TeamMembers }));
const RecordHistory = lazy(async () => ({ default: (await import('../audit/record-history.tsx')).RecordHistory }));

const accessTeam = 1;

/** One team, or a new one at `/teams/new`. */
export function TeamPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  return id === 'new' ? <NewTeam /> : <KnownTeam key={id} id={id} />;
}

const newTeam = { teamtype: 0 };

function NewTeam() {
  const router = useRouter();
  const writes = useWrites();
  const draft = useDraft(newTeam);
  return (
    <>
      <PageTitle title={text.newTeam} lead={text.lead} />
      <Section title={text.tabs.about}>
        <TeamFields draft={draft} isNew />
        <SaveBar
          draft={draft}
          label={text.create}
          onSave={async (changes) =>
            router.history.push(`/teams/${await writes.create('team', { ...newTeam, ...changes })}`)
          }
        />
      </Section>
    </>
  );
}

function TeamFields({ draft, isNew }: { readonly draft: Draft; readonly isNew: boolean }) {
  const { fields } = text;
  return (
    <FieldGrid>
      <TextField draft={draft} name="name" label={fields.name} isRequired />
      <TextField draft={draft} name="emailaddress" label={fields.address} />
      <LookupField
        draft={draft}
        column="businessunitid"
        navigation="businessunitid"
        table="businessunit"
        nameColumn="name"
        label={fields.unit}
      />
      {isNew && (
        <ChoiceField draft={draft} name="teamtype" label={fields.kind} hint={fields.kindHint} options={text.kinds} />
      )}
      <TextField draft={draft} name="description" label={fields.description} isLong />
    </FieldGrid>
  );
}

interface Held {
  readonly teamroles_association?: readonly { readonly roleid: string }[];
}

function KnownTeam({ id }: { readonly id: string }) {
  const row = useRow(
    'team',
    id,
    ['teamid', 'name', 'description', 'emailaddress', 'teamtype', 'isdefault', '_businessunitid_value'],
    'teamroles_association($select=roleid)',
  );
  const [tab, setTab] = useUrlState('tab', 'members');
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  const team = row.data;
  const roles = (team as Held).teamroles_association ?? [];
  return (
    <>
      <PageTitle title={team.name ?? ''} lead={labelOf(team, 'teamtype')}>
        <RemoveButton table="team" id={id} name={team.name} words={text.removeTeam} back="/teams" />
      </PageTitle>
      <TabList selectedValue={tab} onTabSelect={(_event, { value }) => setTab(String(value))}>
        {Object.entries(text.tabs).map(([value, label]) => (
          <Tab key={value} value={value}>
            {label}
          </Tab>
        ))}
      </TabList>
      {tab === 'members' && (
        <Suspense fallback={<Loading />}>
          <TeamMembers id={id} />
        </Suspense>
      )}
      {tab === 'roles' && (
        <Section title={text.roles} lead={text.rolesLead}>
          {team.teamtype === accessTeam ? (
            <Text>{text.access}</Text>
          ) : (
            <RoleChoice
              table="team"
              id={id}
              collection="teamroles_association"
              held={new Set(roles.map(({ roleid }) => roleid))}
            />
          )}
        </Section>
      )}
      {tab === 'about' && <AboutTeam key={id} team={team} id={id} />}
      {tab === 'history' && (
        <Suspense fallback={<Loading />}>
          <RecordHistory id={id} />
        </Suspense>
      )}
    </>
  );
}

interface TeamProps {
  readonly team: ApiRow<'team'>;
  readonly id: string;
}

function AboutTeam({ team, id }: TeamProps) {
  const writes = useWrites();
  const draft = useDraft(team);
  return (
    <Section title={text.tabs.about}>
      <TeamFields draft={draft} isNew={false} />
      <SaveBar draft={draft} onSave={(changes) => writes.update('team', id, changes, team['@odata.etag'])} />
    </Section>
  );
}
