import type { ApiRow } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid, NumberField, SwitchField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { firstStartText } from '../../text/first-start.ts';

const text = firstStartText.organisation;

/** What holds for the whole organisation before the first server is set up. */
export function OrganisationStep() {
  const organizations = useRows({
    table: 'organization',
    select: [
      'organizationid',
      'requireapprovalforuseremail',
      'requireapprovalforqueueemail',
      'mr_mailpollingintervalseconds',
      'mr_allownonsslemail',
      'mr_allowbasicauthenticationonnonsecurechannel',
    ],
    top: 1,
  });
  if (organizations.error) return <ErrorBar error={organizations.error} onRetry={organizations.refetch} />;
  const organization = organizations.data?.value[0];
  return organization === undefined ? <Loading /> : <OrganisationForm organization={organization} />;
}

function OrganisationForm({ organization }: { readonly organization: ApiRow<'organization'> }) {
  const writes = useWrites();
  const draft = useDraft(organization);
  return (
    <Section title={text.title} lead={text.lead}>
      <FieldGrid>
        <SwitchField draft={draft} name="requireapprovalforuseremail" label={text.approveUsers} />
        <SwitchField draft={draft} name="requireapprovalforqueueemail" label={text.approveQueues} />
        <NumberField draft={draft} name="mr_mailpollingintervalseconds" label={text.interval} min={1} max={86400} />
        <SwitchField draft={draft} name="mr_allownonsslemail" label={text.plain} hint={text.plainHint} />
        <SwitchField
          draft={draft}
          name="mr_allowbasicauthenticationonnonsecurechannel"
          label={text.plainPassword}
          hint={text.plainPasswordHint}
        />
      </FieldGrid>
      <SaveBar
        draft={draft}
        onSave={(changes) => writes.update('organization', organization.organizationid ?? '', changes)}
      />
    </Section>
  );
}
