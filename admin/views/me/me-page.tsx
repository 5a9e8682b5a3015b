import { Text } from '@fluentui/react-components';
import { timeZones } from '../../../src/tables/time-zones.ts';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow } from '../../api/api-row.ts';
import { useRow, useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { ChoiceField, FieldGrid } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { mailboxesText } from '../../text/mailboxes.ts';
import { meText as text } from '../../text/me.ts';
import { mailboxStateOf, stateColumns, stateTones } from '../mailboxes/mailbox-state.ts';

const zones: Readonly<Record<number, string>> = timeZones;

/** A user's own page: mailbox, filter option, time zone. */
export function MePage() {
  const { session } = useApi();
  const settings = useRow('usersettings', session.systemuserid, [
    'systemuserid',
    'incomingemailfilteringmethod',
    'timezonecode',
  ]);
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <OwnMailbox userId={session.systemuserid} />
      {settings.error && <ErrorBar error={settings.error} onRetry={settings.refetch} />}
      {settings.isPending && <Loading />}
      {settings.data && <Choices key={settings.data['@odata.etag']} row={settings.data} />}
    </>
  );
}

function OwnMailbox({ userId }: { readonly userId: string }) {
  const rows = useRows({
    table: 'mailbox',
    select: ['mailboxid', 'name', ...stateColumns],
    filter: `_regardingobjectid_value eq ${userId}`,
    top: 1,
  });
  const mailbox = rows.data?.value[0];
  return (
    <Section title={text.mailbox}>
      {rows.error && <ErrorBar error={rows.error} onRetry={rows.refetch} />}
      {rows.data && mailbox === undefined && <Text>{text.noMailbox}</Text>}
      {mailbox && (
        <>
          <Facts
            facts={[
              [text.address, mailbox.emailaddress],
              [
                text.state,
                <StatusBadge key="state" tone={stateTones[mailboxStateOf(mailbox)]}>
                  {mailboxesText.states[mailboxStateOf(mailbox)]}
                </StatusBadge>,
              ],
            ]}
          />
          <div>
            <AppLink to={`/mailboxes/${mailbox.mailboxid}`}>{text.openMailbox}</AppLink>
          </div>
        </>
      )}
    </Section>
  );
}

function Choices({ row }: { readonly row: ApiRow<'usersettings'> }) {
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
        <ChoiceField draft={draft} name="timezonecode" label={text.zone} hint={text.zoneHint} options={zones} />
      </FieldGrid>
      <SaveBar draft={draft} onSave={(changes) => writes.update('usersettings', session.systemuserid, changes)} />
    </Section>
  );
}
