import { Field, Input, Tab, TabList } from '@fluentui/react-components';
import { useParams, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import { useRow } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid, TextField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { rolesText as text } from '../../text/roles.ts';
import { depthNames } from './privilege-groups.ts';
import { PrivilegeMatrix } from './privilege-matrix.tsx';
import { useRolePrivileges } from './use-role-privileges.ts';

const RoleHolders = lazy(async () => ({ default: (await import('./role-holders.tsx')).RoleHolders }));
const RecordHistory = lazy(async () => ({ default: (await import('../audit/record-history.tsx')).RecordHistory }));

/** Template of the role that may do everything, the same in every organisation. */
const systemAdministratorTemplate = '627090ff-40a3-4053-8790-584edc5be201';

/** One role, or a new one at `/roles/new`. */
export function RolePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  return id === 'new' ? <NewRole /> : <KnownRole key={id} id={id} />;
}

const nothing = {};

function NewRole() {
  const router = useRouter();
  const writes = useWrites();
  const draft = useDraft(nothing);
  return (
    <>
      <PageTitle title={text.newRole} lead={text.newLead} />
      <Section title={text.tabs.about}>
        <RoleFields draft={draft} />
        <SaveBar
          draft={draft}
          label={text.create}
          onSave={async (changes) => router.history.push(`/roles/${await writes.create('role', changes)}`)}
        />
      </Section>
    </>
  );
}

function RoleFields({ draft }: { readonly draft: ReturnType<typeof useDraft> }) {
  return (
    <FieldGrid>
      <TextField draft={draft} name="name" label={text.fields.name} isRequired />
      <TextField draft={draft} name="description" label={text.fields.description} isLong />
    </FieldGrid>
  );
}

function KnownRole({ id }: { readonly id: string }) {
  const row = useRow('role', id, ['roleid', 'name', 'description', '_roletemplateid_value']);
  const [tab, setTab] = useUrlState('tab', 'privileges');
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  const role = row.data;
  const isFixed = role._roletemplateid_value === systemAdministratorTemplate;
  return (
    <>
      <PageTitle title={role.name ?? ''} lead={role.description ?? ''}>
        <CopyRole role={role} id={id} />
        {!isFixed && <RemoveButton table="role" id={id} name={role.name} words={text.remove} back="/roles" />}
      </PageTitle>
      <TabList selectedValue={tab} onTabSelect={(_event, { value }) => setTab(String(value))}>
        {Object.entries(text.tabs).map(([value, label]) => (
          <Tab key={value} value={value}>
            {label}
          </Tab>
        ))}
      </TabList>
      {tab === 'privileges' && <PrivilegeMatrix roleId={id} isFixed={isFixed} />}
      {tab === 'holders' && (
        <Suspense fallback={<Loading />}>
          <RoleHolders id={id} />
        </Suspense>
      )}
      {tab === 'about' && <AboutRole key={id} role={role} id={id} isFixed={isFixed} />}
      {tab === 'history' && (
        <Suspense fallback={<Loading />}>
          <RecordHistory id={id} />
        </Suspense>
      )}
    </>
  );
}

interface RoleProps {
  readonly role: ApiRow<'role'>;
  readonly id: string;
}

function AboutRole({ role, id, isFixed }: RoleProps & { readonly isFixed: boolean }) {
  const writes = useWrites();
  const draft = useDraft(role);
  return (
    <Section title={text.tabs.about} {...(isFixed ? { lead: text.fixed } : {})}>
      <RoleFields draft={draft} />
      {!isFixed && (
        <SaveBar draft={draft} onSave={(changes) => writes.update('role', id, changes, role['@odata.etag'])} />
      )}
    </Section>
  );
}

function CopyRole({ role, id }: RoleProps) {
  const router = useRouter();
  const writes = useWrites();
  const held = useRolePrivileges(id);
  const [name, setName] = useState(text.copy.name(role.name ?? ''));
  const { copy } = text;
  return (
    <ConfirmButton
      label={copy.label}
      title={copy.title}
      action={copy.label}
      names={[role.name ?? '']}
      isBlocked={name.trim() === '' || held.depths === undefined}
      onConfirm={async () => {
        const made = await writes.create('role', { name: name.trim(), description: role.description ?? null });
        await writes.act('role', made, 'AddPrivilegesRole', {
          Privileges: Object.entries(held.depths ?? {}).map(([PrivilegeId, depth]) => ({
            PrivilegeId,
            Depth: depthNames[depth],
          })),
        });
        router.history.push(`/roles/${made}`);
      }}
    >
      <p>{copy.sentence}</p>
      <Field label={copy.field} required>
        <Input value={name} onChange={(_event, { value }) => setName(value)} />
      </Field>
    </ConfirmButton>
  );
}
