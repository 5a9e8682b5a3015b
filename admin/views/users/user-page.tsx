import { Tab, TabList } from '@fluentui/react-components';
import { useParams, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ApiRow, SelectName } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid, SecretField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { usersText as text } from '../../text/users.ts';
import { RecordHistory } from '../audit/record-history.tsx';
import { EnableActions } from './enable-actions.tsx';
import { UserFields } from './user-fields.tsx';
import { UserRoles } from './user-roles.tsx';
import { UserState } from './user-state.tsx';

const UserSignIn = lazy(async () => ({ default: (await import('./user-sign-in.tsx')).UserSignIn }));

const select = [
  'systemuserid',
  'fullname',
  'firstname',
  'lastname',
  'domainname',
  'internalemailaddress',
  'title',
  'isdisabled',
  'accessmode',
  'applicationid',
  'azureactivedirectoryobjectid',
  '_businessunitid_value',
  '_defaultmailbox_value',
] as const satisfies readonly SelectName<'systemuser'>[];

/** One user, or a new one at `/users/new`. */
export function UserPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  return id === 'new' ? <NewUser /> : <KnownUser key={id} id={id} />;
}

const newUser = { accessmode: 0 };

function NewUser() {
  const router = useRouter();
  const writes = useWrites();
  const draft = useDraft(newUser);
  const [made, setMade] = useState<string>();
  const save = async ({ password, ...changes }: Readonly<Record<string, unknown>>): Promise<void> => {
    // What was made once is not made again when its password was refused.
    const id = made ?? (await writes.create('systemuser', { ...newUser, ...changes }));
    setMade(id);
    if (password) await writes.act('systemuser', id, 'mr_SetPassword', { NewPassword: password });
    router.history.push(`/users/${id}`);
  };
  return (
    <>
      <PageTitle title={text.newUser} lead={text.createLead} />
      <Section title={text.person} lead={text.personLead}>
        <UserFields draft={draft} />
        <FieldGrid>
          <SecretField
            draft={draft}
            name="password"
            label={text.fields.password}
            hint={text.fields.passwordHint}
            isSet={false}
          />
        </FieldGrid>
        <SaveBar draft={draft} onSave={save} label={text.create} />
      </Section>
    </>
  );
}

function KnownUser({ id }: { readonly id: string }) {
  const row = useRow('systemuser', id, select);
  const [tab, setTab] = useUrlState('tab', 'person');
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  const user = row.data;
  return (
    <>
      <PageTitle title={user.fullname || user.domainname || ''} lead={<UserState row={user} />}>
        {user._defaultmailbox_value && (
          <AppLink to={`/mailboxes/${user._defaultmailbox_value}`}>{text.openMailbox}</AppLink>
        )}
        <EnableActions rows={[user]} />
      </PageTitle>
      <TabList selectedValue={tab} onTabSelect={(_event, { value }) => setTab(String(value))}>
        {Object.entries(text.tabs).map(([value, label]) => (
          <Tab key={value} value={value}>
            {label}
          </Tab>
        ))}
      </TabList>
      {tab === 'person' && <PersonForm key={id} user={user} id={id} />}
      {tab === 'roles' && <UserRoles id={id} />}
      {tab === 'signIn' && (
        <Suspense fallback={<Loading />}>
          <UserSignIn user={user} id={id} />
        </Suspense>
      )}
      {tab === 'history' && <RecordHistory id={id} />}
    </>
  );
}

function PersonForm({ user, id }: { readonly user: ApiRow<'systemuser'>; readonly id: string }) {
  const writes = useWrites();
  const draft = useDraft(user);
  return (
    <Section title={text.person} lead={text.personLead}>
      <UserFields draft={draft} />
      <SaveBar draft={draft} onSave={(changes) => writes.update('systemuser', id, changes, user['@odata.etag'])} />
    </Section>
  );
}
