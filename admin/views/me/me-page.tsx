import { Text } from '@fluentui/react-components';
import { lazy, Suspense } from 'react';
import { timeZones } from '../../../src/tables/time-zones.ts';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow } from '../../api/api-row.ts';
import { mailboxSelect } from '../../api/mailbox-row.ts';
import { useRow, useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { ChoiceField, FieldGrid, SwitchField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { meText as text } from '../../text/me.ts';

const FieldList = lazy(async () => ({ default: (await import('../sync/field-list.tsx')).FieldList }));
const FilterList = lazy(async () => ({ default: (await import('../sync/filter-list.tsx')).FilterList }));
const FolderRules = lazy(async () => ({ default: (await import('../mailboxes/folder-rules.tsx')).FolderRules }));
const OwnMailbox = lazy(async () => ({ default: (await import('./own-mailbox.tsx')).OwnMailbox }));

const zones: Readonly<Record<number, string>> = timeZones;

/** A user's own page: mailbox with credentials and consent, filter option, folder rules, own filters and field directions (UI-10). */
export function MePage() {
  const { session } = useApi();
  const [tab, setTab] = useUrlState('tab', 'mailbox');
  const mailboxes = useRows({
    table: 'mailbox',
    select: mailboxSelect,
    filter: `_regardingobjectid_value eq ${session.systemuserid}`,
    top: 1,
  });
  const mailbox = mailboxes.data?.value[0];
  const id = mailbox?.mailboxid ?? undefined;
  const noMailbox = (
    <Section title={text.mailbox}>
      <Text>{text.noMailbox}</Text>
    </Section>
  );
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <PageTabs labels={text.tabs} value={tab} onChange={setTab} />
      {mailboxes.error && <ErrorBar error={mailboxes.error} onRetry={mailboxes.refetch} />}
      {mailboxes.isPending && !mailboxes.error && <Loading />}
      <Suspense fallback={<Loading />}>
        {tab === 'mailbox' &&
          mailboxes.data &&
          (mailbox && id ? <OwnMailbox key={id} mailbox={mailbox} id={id} /> : noMailbox)}
        {tab === 'tracking' && <Choices />}
        {tab === 'folders' && mailboxes.data && (id ? <FolderRules mailboxId={id} /> : noMailbox)}
        {tab === 'sync' && (
          <>
            <FilterList kind="own" mailboxId={id} />
            <FieldList userId={session.systemuserid} />
          </>
        )}
      </Suspense>
    </>
  );
}

/** Which mail becomes records, and the zone that dates are written in. */
function Choices() {
  const { session } = useApi();
  const settings = useRow('usersettings', session.systemuserid, [
    'systemuserid',
    'incomingemailfilteringmethod',
    'timezonecode',
    'autocreatecontactonpromote',
    'issendasallowed',
    'synccontactcompany',
  ]);
  if (settings.error) return <ErrorBar error={settings.error} onRetry={settings.refetch} />;
  if (settings.data === undefined) return <Loading />;
  return <ChoicesForm row={settings.data} />;
}

function ChoicesForm({ row }: { readonly row: ApiRow<'usersettings'> }) {
  const writes = useWrites();
  const { session } = useApi();
  const draft = useDraft(row);
  return (
    <Section title={text.filter} lead={text.filterLead}>
      <FieldGrid>
        <ChoiceField
          draft={draft}
          name="incomingemailfilteringmethod"
          label={text.filterLabel}
          options={text.filters}
        />
        <ChoiceField
          draft={draft}
          name="autocreatecontactonpromote"
          label={text.promote}
          hint={text.promoteHint}
          options={text.promotes}
        />
        <SwitchField draft={draft} name="issendasallowed" label={text.sendAs} hint={text.sendAsHint} />
        <SwitchField draft={draft} name="synccontactcompany" label={text.company} hint={text.companyHint} />
        <ChoiceField draft={draft} name="timezonecode" label={text.zone} hint={text.zoneHint} options={zones} />
      </FieldGrid>
      <SaveBar draft={draft} onSave={(changes) => writes.update('usersettings', session.systemuserid, changes)} />
    </Section>
  );
}
