import { useParams, useRouter } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { ServerType } from '../../../src/tables/choices.ts';
import { containsWords } from '../../api/odata.ts';
import { type Profile, profileSelect } from '../../api/profile-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { profilesText as text } from '../../text/profiles.ts';
import { BulkActions } from '../mailboxes/bulk-actions.tsx';
import { mailboxColumns, mailboxSelect } from '../mailboxes/mailbox-columns.tsx';
import { ProfileFields } from './profile-fields.tsx';
import { kindOf } from './profile-kinds.ts';
import { useDefaultProfile } from './use-default-profile.ts';

const TestConnection = lazy(async () => ({ default: (await import('./test-connection.tsx')).TestConnection }));

/** One server profile, or a new one at `/profiles/new`. */
export function ProfilePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  return id === 'new' ? <NewProfile /> : <KnownProfile key={id} id={id} />;
}

const newKind = kindOf(ServerType.imapSmtp);
const newProfile = { servertype: newKind.type, ...newKind.defaults };

function NewProfile() {
  const router = useRouter();
  const writes = useWrites();
  const draft = useDraft(newProfile);
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const id = await writes.create('emailserverprofile', { ...newProfile, ...changes });
    router.history.push(`/profiles/${id}`);
  };
  return (
    <>
      <PageTitle title={text.newTitle} lead={text.lead} />
      <ProfileFields draft={draft} isNew />
      <SaveBar draft={draft} onSave={save} />
    </>
  );
}

function KnownProfile({ id }: { readonly id: string }) {
  const row = useRow('emailserverprofile', id, profileSelect);
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  return <LoadedProfile profile={row.data} id={id} />;
}

function LoadedProfile({ profile, id }: { readonly profile: Profile; readonly id: string }) {
  const writes = useWrites();
  const draft = useDraft(profile);
  const standard = useDefaultProfile();
  const isDefault = standard.profileId === id;
  return (
    <>
      <PageTitle
        title={profile.name ?? ''}
        lead={
          <>
            <StatusBadge tone={profile.statecode === 0 ? 'good' : 'quiet'}>
              {profile.statecode === 0 ? text.active : text.inactive}
            </StatusBadge>{' '}
            {isDefault && <StatusBadge tone="busy">{text.isDefault}</StatusBadge>}
          </>
        }
      >
        {!isDefault && (
          <ActionButton
            label={text.commands.makeDefault}
            done={text.commands.madeDefault}
            onAction={() => standard.makeDefault(id)}
          />
        )}
        <Commands profile={profile} id={id} />
      </PageTitle>
      <ProfileFields draft={draft} isNew={false} />
      <SaveBar
        draft={draft}
        onSave={(changes) => writes.update('emailserverprofile', id, changes, profile['@odata.etag'])}
      />
      <Suspense>
        <TestConnection profileId={id} />
      </Suspense>
      <Section title={text.users.title}>
        <RecordList
          label={text.users.title}
          table="mailbox"
          prefix="m"
          where={`_emailserverprofile_value eq ${id}`}
          select={mailboxSelect}
          columns={mailboxColumns}
          nameOf={(row) => row.name ?? ''}
          searchBy={(words) => containsWords(words, ['name', 'emailaddress'])}
          orderBy="name"
          empty={text.users.none}
          bulk={(rows, clear) => <BulkActions rows={rows} onDone={clear} />}
        />
      </Section>
    </>
  );
}

function Commands({ profile, id }: { readonly profile: Profile; readonly id: string }) {
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  const names = [profile.name ?? ''];
  const { commands } = text;
  return (
    <>
      <ConfirmButton
        label={commands.testAll}
        title={commands.testAllTitle}
        action={commands.testAll}
        names={names}
        onConfirm={async () => {
          await writes.act('emailserverprofile', id, 'mr_TestAndEnableMailboxes');
          notify(commands.testAllDone);
        }}
      >
        {commands.testAllSentence}
      </ConfirmButton>
      {profile.statecode === 0 ? (
        <ConfirmButton
          label={commands.deactivate}
          title={commands.deactivateTitle}
          action={commands.deactivate}
          names={names}
          onConfirm={() => writes.update('emailserverprofile', id, { statecode: 1 })}
        >
          {commands.deactivateSentence}
        </ConfirmButton>
      ) : (
        <ActionButton
          label={commands.activate}
          onAction={() => writes.update('emailserverprofile', id, { statecode: 0 })}
        />
      )}
      <ConfirmButton
        label={commands.remove}
        title={commands.removeTitle}
        action={commands.remove}
        names={names}
        onConfirm={async () => {
          await writes.remove('emailserverprofile', id);
          router.history.push('/profiles');
        }}
      >
        {commands.removeSentence}
      </ConfirmButton>
    </>
  );
}
