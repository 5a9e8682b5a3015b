import { Button } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '../../api/api-context.tsx';
import type { Page } from '../../api/client.ts';
import { containsWords } from '../../api/odata.ts';
import { useFunction } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { profilesText as text } from '../../text/profiles.ts';
import { useDefaultProfile } from './use-default-profile.ts';

const kinds: Readonly<Record<number, string>> = text.kinds;

interface Usage {
  readonly _emailserverprofile_value: string | null;
  readonly n: number;
}

/** How many active mailboxes use each profile. */
function useUsage(): ReadonlyMap<string, number> {
  const apply = 'filter(statecode eq 0)/groupby((_emailserverprofile_value),aggregate($count as n))';
  const counts = useFunction<Page<Usage>>(`mailboxes?$apply=${encodeURIComponent(apply)}`, ['mailbox']);
  const rows = counts.data?.value ?? [];
  return new Map(rows.map(({ _emailserverprofile_value, n }) => [_emailserverprofile_value ?? '', n]));
}

/** All server profiles. */
export function ProfilesPage() {
  const router = useRouter();
  const { session } = useApi();
  const { profileId } = useDefaultProfile();
  const usage = useUsage();
  return (
    <>
      <PageTitle title={text.title} lead={text.lead}>
        {session.isAdministrator && (
          <Button appearance="primary" onClick={() => router.history.push('/profiles/new')}>
            {text.add}
          </Button>
        )}
      </PageTitle>
      <RecordList
        label={text.list}
        table="emailserverprofile"
        select={[
          'emailserverprofileid',
          'name',
          'servertype',
          'incomingserverlocation',
          'outgoingserverlocation',
          'statecode',
        ]}
        nameOf={(row) => row.name ?? ''}
        searchBy={(words) => containsWords(words, ['name', 'incomingserverlocation', 'outgoingserverlocation'])}
        filters={[
          {
            name: 'state',
            label: text.columns.state,
            options: [
              { value: 'all', label: text.all, condition: undefined },
              { value: 'active', label: text.active, condition: 'statecode eq 0' },
              { value: 'inactive', label: text.inactive, condition: 'statecode eq 1' },
            ],
          },
        ]}
        orderBy="name"
        empty={text.none}
        columns={[
          {
            name: text.columns.name,
            sort: 'name',
            show: (row) => (
              <>
                <AppLink to={`/profiles/${row.emailserverprofileid}`}>{row.name ?? ''}</AppLink>{' '}
                {row.emailserverprofileid === profileId && <StatusBadge tone="busy">{text.isDefault}</StatusBadge>}
              </>
            ),
          },
          { name: text.columns.kind, sort: 'servertype', show: (row) => kinds[row.servertype ?? 0] ?? '' },
          { name: text.columns.incoming, show: (row) => row.incomingserverlocation ?? '', isMinor: true },
          { name: text.columns.outgoing, show: (row) => row.outgoingserverlocation ?? '', isMinor: true },
          {
            name: text.columns.users,
            show: (row) => usage.get(row.emailserverprofileid ?? '')?.toLocaleString() ?? text.columns.noUsers,
            width: '110px',
          },
          {
            name: text.columns.state,
            show: (row) => (
              <StatusBadge tone={row.statecode === 0 ? 'good' : 'quiet'}>
                {row.statecode === 0 ? text.active : text.inactive}
              </StatusBadge>
            ),
            isMinor: true,
          },
        ]}
      />
    </>
  );
}
